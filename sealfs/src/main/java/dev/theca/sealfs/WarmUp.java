package dev.theca.sealfs;

import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.VolumeKeys;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Brings the ciphers to full speed before they are needed: the processor's instructions for them
 * are used by compiled code only, and that comes after some calls (sealfs reference 11). Encrypts
 * nothing of anybody's, under a key that nobody keeps.
 */
public final class WarmUp {
  private static final int BLOCK = 16 << 10;
  private static final int LITTLE = 32;
  private static final int TAG_BITS = 128;

  /** Of one burst; what is not compiled yet takes about a millisecond for each. */
  private static final int BURST_BLOCKS = 8;

  /** A burst at a quarter of a GiB a second is not interpreted any more. */
  private static final long FAST_NANOS = BURST_BLOCKS * 2L * BLOCK * 1_000_000_000L >> 28;

  /** Several in a row: the compiler may still be at the other half. */
  private static final int FAST_BURSTS = 4;

  /** What is interpreted while the compiler works keeps it from its processor. */
  private static final long PAUSE_MILLIS = 3;

  private WarmUp() {}

  /**
   * Seals and opens zeroes on a thread of its own, which ends by itself: when the ciphers are fast,
   * or after {@code most} bytes.
   */
  public static Thread start(long most) {
    return Thread.ofPlatform().daemon().name("warm-up").start(() -> run(most));
  }

  /** Finds what keys and blocks are made with: the first call for each takes its time. */
  static void load() {
    try (var secret = Secret.random(32, new SecureRandom())) {
      var keys = VolumeKeys.derive(secret, new UUID(0, 0), Gcm.Witness.DEAF);
      var meta = keys.epoch(0, new byte[16]).meta();
      byte[] sealed = new byte[LITTLE + Gcm.TAG];
      meta.seal(0, new byte[LITTLE], new byte[LITTLE], 0, LITTLE, sealed, 0);
      boolean unused = meta.open(0, new byte[LITTLE], sealed, 0, sealed.length, sealed, 0);
    }
  }

  private static void run(long most) {
    try {
      byte[] raw = new byte[32];
      new SecureRandom().nextBytes(raw);
      var burst = new Burst(new SecretKeySpec(raw, "AES"));
      int fast = 0;
      for (long done = 0; done < most && fast < FAST_BURSTS; done += BURST_BLOCKS * 2L * BLOCK) {
        fast = burst.nanos() < FAST_NANOS ? fast + 1 : 0;
        if (fast == 0) Thread.sleep(PAUSE_MILLIS);
      }
    } catch (GeneralSecurityException e) {
      throw new SealfsException("the JDK lacks AES-GCM", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody needs it any more
    }
  }

  /** Some blocks there and back. */
  private static final class Burst {
    private final SecretKeySpec key;
    private final Cipher seal = Cipher.getInstance("AES/GCM/NoPadding");
    private final Cipher open = Cipher.getInstance("AES/GCM/NoPadding");
    private final byte[] plain = new byte[BLOCK];
    private final byte[] sealed = new byte[BLOCK + TAG_BITS / 8];
    private final byte[] iv = new byte[12];

    Burst(SecretKeySpec key) throws GeneralSecurityException {
      this.key = key;
    }

    long nanos() throws GeneralSecurityException {
      long start = System.nanoTime();
      for (int i = 0; i < BURST_BLOCKS; i++) {
        if (++iv[0] == 0 && ++iv[1] == 0) iv[2]++;
        var parameters = new GCMParameterSpec(TAG_BITS, iv);
        seal.init(Cipher.ENCRYPT_MODE, key, parameters);
        int length = seal.doFinal(plain, 0, BLOCK, sealed, 0);
        open.init(Cipher.DECRYPT_MODE, key, parameters);
        int unused = open.doFinal(sealed, 0, length, plain, 0);
      }
      return System.nanoTime() - start;
    }
  }
}
