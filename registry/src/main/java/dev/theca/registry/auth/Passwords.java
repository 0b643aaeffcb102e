package dev.theca.registry.auth;

import dev.theca.registry.auth.UsersFile.User;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks passwords against a users file, which is read again when it changes. A wrong name costs as
 * much time as a wrong password. A right pair is remembered for some minutes under a keyed hash, or
 * each request of a pull would cost half a second; a changed file forgets them. No more than a few
 * are judged at once, the others wait.
 */
public final class Passwords {
  private static final Duration REMEMBERED = Duration.ofMinutes(5);
  private static final int MAX_REMEMBERED = 1000;
  private static final int AT_ONCE = 2;

  private final Path file;
  private final InstantSource clock;
  private final Semaphore judges = new Semaphore(AT_ONCE);
  private final byte[] pepper = new byte[32];
  private final PasswordHash nobody;
  private final Map<String, Instant> remembered = new LinkedHashMap<>();
  private UsersFile users;
  private FileTime changed;

  private Passwords(Path file, UsersFile users, FileTime changed, InstantSource clock) {
    this.file = file;
    this.users = users;
    this.changed = changed;
    this.clock = clock;
    var random = new SecureRandom();
    random.nextBytes(pepper);
    try (var password = Secret.random(16, random)) {
      int rounds =
          users.users().values().stream()
              .mapToInt(u -> u.password().rounds())
              .max()
              .orElse(PasswordHash.ROUNDS);
      nobody = PasswordHash.of(password, rounds, random);
    }
  }

  public static Outcome<Passwords> open(Path file, InstantSource clock) throws IOException {
    var time = time(file);
    return UsersFile.read(file).map(users -> new Passwords(file, users, time, clock));
  }

  private static FileTime time(Path file) throws IOException {
    return Files.exists(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
  }

  /** The user with this name and password, if the pair was right a moment ago; costs nothing. */
  public Optional<User> remembered(String name, Secret password) {
    return Optional.ofNullable(current().users().get(name))
        .filter(user -> isRemembered(mark(name, user, password)));
  }

  /** The user with this name and password. */
  public Optional<User> check(String name, Secret password) {
    var known = Optional.ofNullable(current().users().get(name));
    String mark = known.map(user -> mark(name, user, password)).orElse("");
    if (known.isPresent() && isRemembered(mark)) return known;
    judges.acquireUninterruptibly();
    try {
      boolean fits = known.map(User::password).orElse(nobody).fits(password);
      if (!fits || known.isEmpty()) return Optional.empty();
    } finally {
      judges.release();
    }
    remember(mark);
    return known;
  }

  private synchronized UsersFile current() {
    try {
      var now = time(file);
      if (now.equals(changed)) return users;
      changed = now;
      switch (UsersFile.read(file)) {
        case Outcome.Granted<UsersFile>(var read) -> users = read;
        case Outcome.Refused<UsersFile>(var reasons) ->
            System.err.println(
                "stage=users outcome=refused reason=\"" + reasons.getFirst() + "\" kept=old");
      }
      remembered.clear();
    } catch (IOException e) {
      System.err.println("stage=users outcome=fault kept=old reason=\"" + e + "\"");
    }
    return users;
  }

  private String mark(String name, User user, Secret password) {
    return password.lend(
        bytes -> {
          try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(pepper, "HmacSHA256"));
            mac.update((name + "\n" + user.password() + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(bytes));
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks HMAC", e);
          }
        });
  }

  private synchronized boolean isRemembered(String mark) {
    var until = remembered.get(mark);
    return until != null && clock.instant().isBefore(until);
  }

  private synchronized void remember(String mark) {
    if (remembered.size() >= MAX_REMEMBERED) remembered.clear();
    remembered.put(mark, clock.instant().plus(REMEMBERED));
  }
}
