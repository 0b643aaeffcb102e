package dev.theca.wire.secret;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128-CMAC (RFC 4493): the MAC of SGX reports, the derivation of SGX keys and of the keys of
 * Gramine's protected files. Keys and MACs are 16 bytes. Keys stay the caller's, to wipe.
 */
public final class AesCmac {
  private static final int BLOCK = 16;

  private AesCmac() {}

  /** The MAC of a message of any length. */
  public static byte[] mac(byte[] key, byte[] message) {
    try {
      var aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      byte[] subkey = doubled(aes.doFinal(new byte[BLOCK]));
      int before = message.length == 0 ? 0 : (message.length - 1) / BLOCK * BLOCK;
      byte[] last = Arrays.copyOfRange(message, before, before + BLOCK);
      if (message.length - before < BLOCK) {
        last[message.length - before] = (byte) 0x80;
        subkey = doubled(subkey);
      }
      xor(last, subkey, 0);
      byte[] state = new byte[BLOCK];
      for (int at = 0; at < before; at += BLOCK) {
        xor(state, message, at);
        state = aes.doFinal(state);
      }
      xor(state, last, 0);
      Arrays.fill(subkey, (byte) 0);
      Arrays.fill(last, (byte) 0);
      return aes.doFinal(state);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks AES", e);
    }
  }

  private static void xor(byte[] into, byte[] with, int from) {
    for (int i = 0; i < BLOCK; i++) into[i] ^= with[from + i];
  }

  /** Multiplication by x in GF(2^128), RFC 4493 section 2.3. */
  private static byte[] doubled(byte[] in) {
    byte[] out = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      int next = i + 1 < BLOCK ? (in[i + 1] & 0x80) >> 7 : 0;
      out[i] = (byte) (in[i] << 1 | next);
    }
    if (in[0] < 0) out[BLOCK - 1] ^= (byte) 0x87;
    return out;
  }
}
