package dev.theca.image.crypt;

import dev.theca.image.ImageException;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The only layer cipher of ocicrypt: AES-256-CTR with a counter of 128 bits, and HMAC-SHA256 under
 * the same key over the ciphertext. The nonce is not under the HMAC, so it is believed only when it
 * comes from the private options.
 */
final class LayerCipher {
  static final String NAME = "AES_256_CTR_HMAC_SHA256";

  private final Cipher cipher;

  private LayerCipher(Cipher cipher) {
    this.cipher = cipher;
  }

  /** Encrypts and decrypts: in counter mode that is the same. */
  static LayerCipher of(Secret key, byte[] nonce) {
    try {
      var cipher = Cipher.getInstance("AES/CTR/NoPadding");
      key.<Boolean, GeneralSecurityException>lend(
          raw -> {
            cipher.init(
                Cipher.ENCRYPT_MODE, new SecretKeySpec(raw, "AES"), new IvParameterSpec(nonce));
            return true;
          });
      return new LayerCipher(cipher);
    } catch (GeneralSecurityException e) {
      throw new ImageException("the JDK lacks AES-CTR", e);
    }
  }

  static Mac mac(Secret key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      key.<Boolean, GeneralSecurityException>lend(
          raw -> {
            mac.init(new SecretKeySpec(raw, "HmacSHA256"));
            return true;
          });
      return mac;
    } catch (GeneralSecurityException e) {
      throw new ImageException("the JDK lacks HMAC-SHA256", e);
    }
  }

  void inPlace(byte[] bytes, int from, int length) {
    try {
      int done = cipher.update(bytes, from, length, bytes, from);
      if (done != length) throw new ImageException("CTR mode kept bytes back");
    } catch (GeneralSecurityException e) {
      throw new ImageException("cannot encrypt in place", e);
    }
  }
}
