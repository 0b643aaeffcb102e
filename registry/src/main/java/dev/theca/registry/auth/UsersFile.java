package dev.theca.registry.auth;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The users of a registry, one a line: {@code NAME:PASSWORD HASH:RIGHTS}; {@code #} comments. */
public final class UsersFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}";

  private final Map<String, User> users;

  private UsersFile(Map<String, User> users) {
    this.users = Collections.unmodifiableMap(new LinkedHashMap<>(users));
  }

  /** One user. */
  public static final class User {
    private final PasswordHash password;
    private final Rights rights;

    User(PasswordHash password, Rights rights) {
      this.password = password;
      this.rights = rights;
    }

    PasswordHash password() {
      return password;
    }

    public Rights rights() {
      return rights;
    }
  }

  public static UsersFile none() {
    return new UsersFile(Map.of());
  }

  /** Reads it; a file that is not there has no users. */
  public static Outcome<UsersFile> read(Path file) throws IOException {
    if (!Files.exists(file)) return Outcome.granted(none());
    if (Files.size(file) > MAX_BYTES) return wrong(file, "at most 1 MiB", "more");
    return parse(file, Files.readString(file));
  }

  static Outcome<UsersFile> parse(Path file, String text) {
    var users = new LinkedHashMap<String, User>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) continue;
      String[] parts = line.strip().split(":", -1);
      if (parts.length != 3 || !parts[0].matches(NAME))
        return wrong(file, "NAME:HASH:RIGHTS", "something else in line " + number);
      var hash = PasswordHash.parse(parts[1]);
      if (hash.isEmpty())
        return wrong(
            file, "a hash as 'theca registry user add' writes", "another in line " + number);
      var rights = Rights.parse(parts[2]);
      if (rights instanceof Outcome.Refused<Rights> no) return no.as();
      if (users.put(parts[0], new User(hash.get(), rights.orThrow())) != null)
        return wrong(file, "each name once", "'" + parts[0] + "' again in line " + number);
    }
    return Outcome.granted(new UsersFile(users));
  }

  public Map<String, User> users() {
    return users;
  }

  /** The same with a user more, or with another password and rights of that name. */
  public Outcome<UsersFile> with(String name, Secret password, Rights rights) {
    return with(name, password, rights, PasswordHash.ROUNDS);
  }

  Outcome<UsersFile> with(String name, Secret password, Rights rights, int rounds) {
    if (!name.matches(NAME))
      return Outcome.refused(
          Code.of("registry-user"),
          "user's name",
          "letters, digits, . _ @ -, at most 64",
          "'" + (name.length() > 100 ? name.substring(0, 100) : name) + "'",
          "choose another name");
    if (password.sizeBytes() == 0)
      return Outcome.refused(
          Code.of("registry-user"), "password", "some", "none", "give one on standard input");
    var all = new LinkedHashMap<>(users);
    all.put(name, new User(PasswordHash.of(password, rounds, new SecureRandom()), rights));
    return Outcome.granted(new UsersFile(all));
  }

  public UsersFile without(String name) {
    var all = new LinkedHashMap<>(users);
    all.remove(name);
    return new UsersFile(all);
  }

  /** Replaces the file, readable for its owner alone. */
  public void write(Path file) throws IOException {
    var text = new StringBuilder();
    users.forEach(
        (name, user) ->
            text.append(name)
                .append(':')
                .append(user.password())
                .append(':')
                .append(user.rights())
                .append('\n'));
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (var out =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      var left = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (left.hasRemaining()) out.write(left);
      out.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static <T> Outcome<T> wrong(Path file, String expected, String found) {
    return Outcome.refused(
        Code.of("registry-users"),
        "users file " + file,
        expected,
        found,
        "correct the line, or add the user again with 'theca registry user add'");
  }
}
