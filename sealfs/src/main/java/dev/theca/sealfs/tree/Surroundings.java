package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.HostFiles;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * What a volume takes from outside, so that tests can cut the power, stop the clock and watch every
 * nonce.
 *
 * @param salts 16 random bytes for each epoch: all that keeps nonces apart hangs on them
 */
public record Surroundings(
    HostFiles files, Supplier<byte[]> salts, Gcm.Witness witness, Namespace.Clock clock) {
  /** The machine itself. */
  public static Surroundings real() {
    var random = new SecureRandom();
    return new Surroundings(
        HostFiles.REAL,
        () -> {
          byte[] salt = new byte[16];
          random.nextBytes(salt);
          return salt;
        },
        Gcm.Witness.DEAF,
        Surroundings::now);
  }

  private static long now() {
    var now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
