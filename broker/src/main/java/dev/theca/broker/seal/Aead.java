package dev.theca.broker.seal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with random nonces (NIST SP 800-38D section 8.2.2): nonce of 12 bytes, ciphertext,
 * tag of 16.
 */
final class Aead {
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  private Aead() {}

  /** Header, nonce, ciphertext and tag; header and context are authenticated. */
  static byte[] seal(byte[] key, byte[] header, byte[] context, byte[] plain, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = new byte[header.length + NONCE_BYTES + plain.length + TAG_BYTES];
    var out = ByteBuffer.wrap(sealed).put(header).put(nonce);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, 0);
      cipher.updateAAD(header);
      cipher.updateAAD(context);
      cipher.doFinal(ByteBuffer.wrap(plain), out);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks AES-256-GCM", e);
    }
  }

  /**
   * What was sealed.
   *
   * @throws AEADBadTagException when key, header, context or ciphertext is another
   */
  static byte[] open(byte[] key, int headerBytes, byte[] context, byte[] sealed)
      throws AEADBadTagException {
    if (sealed.length < headerBytes + NONCE_BYTES + TAG_BYTES)
      throw new AEADBadTagException("too short");
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, key, sealed, headerBytes);
      cipher.updateAAD(sealed, 0, headerBytes);
      cipher.updateAAD(context);
      int from = headerBytes + NONCE_BYTES;
      return cipher.doFinal(sealed, from, sealed.length - from);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks AES-256-GCM", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, int at)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key, "AES"),
        new GCMParameterSpec(8 * TAG_BYTES, nonce, at, NONCE_BYTES));
    return cipher;
  }
}
