package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import dev.theca.wire.jose.B64;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The token of the broker's owner, in a file that only its user reads. Made on first start: 32
 * random bytes. Whoever holds it may do everything; it does not expire and is changed by removing
 * the file.
 *
 * @throws UncheckedIOException when the file cannot be read or written
 */
public final class RootToken implements AutoCloseable {
  private static final String PREFIX = "theca-root-";
  private static final int MIN_CHARS = 16;
  private static final int MAX_CHARS = 1024;
  private static final Set<PosixFilePermission> FOREIGN =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Secret token;
  private final boolean made;

  private RootToken(Secret token, boolean made) {
    this.token = token;
    this.made = made;
  }

  /** Reads the token's file, or makes it; refuses one that others can read or change. */
  public static Outcome<RootToken> open(Path file, SecureRandom random) {
    try {
      byte[] fresh = fresh(random);
      try (var out =
          Files.newByteChannel(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        var content = java.nio.ByteBuffer.wrap(fresh);
        while (content.hasRemaining()) out.write(content);
      } catch (FileAlreadyExistsException e) {
        Arrays.fill(fresh, (byte) 0);
        return read(file);
      }
      return Outcome.granted(new RootToken(Secret.moveFrom(fresh), true));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or make the admin token in " + file, e);
    }
  }

  private static Outcome<RootToken> read(Path file) throws IOException {
    var open = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    open.retainAll(FOREIGN);
    if (!open.isEmpty())
      return refused(file, "a file of mode 0600", "open to others: " + open, "chmod 600 " + file);
    if (Files.size(file) > MAX_CHARS)
      return refused(file, "one token", "a larger file", "remove it, and one is made");
    byte[] raw = Files.readAllBytes(file);
    int from = 0;
    int to = raw.length;
    while (from < to && raw[from] <= ' ') from++;
    while (to > from && raw[to - 1] <= ' ') to--;
    byte[] trimmed = Arrays.copyOfRange(raw, from, to);
    Arrays.fill(raw, (byte) 0);
    boolean plain = true;
    for (byte b : trimmed) plain &= b > ' ' && b < 127;
    var token = Secret.moveFrom(trimmed);
    if (plain && token.sizeBytes() >= MIN_CHARS)
      return Outcome.granted(new RootToken(token, false));
    token.close();
    return refused(
        file,
        "a token of at least " + MIN_CHARS + " printable characters",
        "another content",
        "remove it, and one is made");
  }

  private static byte[] fresh(SecureRandom random) {
    byte[] raw = new byte[32];
    random.nextBytes(raw);
    byte[] text = (PREFIX + B64.url(raw)).getBytes(StandardCharsets.US_ASCII);
    Arrays.fill(raw, (byte) 0);
    return text;
  }

  /** Whether the token was made now, and is to be shown once. */
  public boolean made() {
    return made;
  }

  /** Lends the token as ASCII. */
  public <T, X extends Exception> T lend(Secret.Use<T, X> use) throws X {
    return token.lend(use);
  }

  /** Whether this is the token; the time taken says nothing about how much of it is right. */
  boolean is(String bearer) {
    try (var given = Secret.moveFrom(bearer.getBytes(StandardCharsets.UTF_8))) {
      return given.sizeBytes() > 0 && token.sameAs(given);
    }
  }

  @Override
  public void close() {
    token.close();
  }

  private static <T> Outcome<T> refused(Path file, String expected, String found, String next) {
    return AdminCode.TOKEN.refuse("admin token file " + file, expected, found, next);
  }
}
