package dev.theca.enclave;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** AES-128-CMAC (RFC 4493), the MAC of SGX reports and the derivation of SGX keys. */
public final class AesCmac {
  private AesCmac() {}

  public static byte[] mac(byte[] key, byte[] message) {
    try {
      var aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      byte[] k1 = twice(aes.doFinal(new byte[16]));
      int blocks = Math.max(1, (message.length + 15) / 16);
      boolean whole = message.length > 0 && message.length % 16 == 0;
      byte[] last = new byte[16];
      int from = (blocks - 1) * 16;
      System.arraycopy(message, from, last, 0, message.length - from);
      if (!whole) last[message.length - from] = (byte) 0x80;
      xor(last, whole ? k1 : twice(k1), 0);
      byte[] state = new byte[16];
      for (int i = 0; i < blocks - 1; i++) {
        xor(state, message, i * 16);
        state = aes.doFinal(state);
      }
      xor(state, last, 0);
      return aes.doFinal(state);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks AES", e);
    }
  }

  private static void xor(byte[] into, byte[] with, int from) {
    for (int i = 0; i < 16; i++) into[i] ^= with[from + i];
  }

  private static byte[] twice(byte[] block) {
    byte[] out = Arrays.copyOf(block, 16);
    int carry = 0;
    for (int i = 15; i >= 0; i--) {
      int shifted = (block[i] & 0xFF) << 1 | carry;
      out[i] = (byte) shifted;
      carry = shifted >> 8;
    }
    if (carry != 0) out[15] ^= (byte) 0x87;
    return out;
  }
}
