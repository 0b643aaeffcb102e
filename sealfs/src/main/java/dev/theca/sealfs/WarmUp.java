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
 * are used by compiled code only, and that comes after many calls (sealfs reference 11). Encrypts
 * nothing of anybody's, under a key that nobody keeps.
 */
public final class WarmUp {
  private static final int BLOCK = 16 << 10;
  private static final int LITTLE = 32;
  private static final int TAG_BITS = 128;

  private WarmUp() {}

  /** Seals and opens {@code bytes} of zeroes on a thread of its own, which ends by itself. */
  public static Thread start(long bytes) {
    return Thread.ofPlatform().daemon().name("warm-up").start(() -> run(bytes));
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

  private static void run(long bytes) {
    try {
      byte[] raw = new byte[32];
      new SecureRandom().nextBytes(raw);
      var key = new SecretKeySpec(raw, "AES");
      var seal = Cipher.getInstance("AES/GCM/NoPadding");
      var open = Cipher.getInstance("AES/GCM/NoPadding");
      byte[] plain = new byte[BLOCK];
      byte[] sealed = new byte[BLOCK + TAG_BITS / 8];
      byte[] iv = new byte[12];
      for (long done = 0; done < bytes; done += 2 * BLOCK) {
        if (++iv[0] == 0 && ++iv[1] == 0) iv[2]++;
        var parameters = new GCMParameterSpec(TAG_BITS, iv);
        seal.init(Cipher.ENCRYPT_MODE, key, parameters);
        int length = seal.doFinal(plain, 0, BLOCK, sealed, 0);
        open.init(Cipher.DECRYPT_MODE, key, parameters);
        int unused = open.doFinal(sealed, 0, length, plain, 0);
      }
    } catch (GeneralSecurityException e) {
      throw new SealfsException("the JDK lacks AES-GCM", e);
    }
  }
}
