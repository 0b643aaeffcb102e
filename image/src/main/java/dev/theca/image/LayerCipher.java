package dev.theca.image;

import dev.theca.wire.secret.Secret;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The layer cipher of ocicrypt: AES-256-CTR, and HMAC-SHA256 under the same key over the
 * ciphertext. While streaming, nothing may be believed before {@link Opening#finish}.
 */
final class LayerCipher {
  static final String NAME = "AES_256_CTR_HMAC_SHA256";

  private LayerCipher() {}

  static Cipher cipher(byte[] key, byte[] nonce, int mode) {
    try {
      var cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(nonce));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new ImageException("the JDK lacks AES-CTR", e);
    }
  }

  static Mac mac(byte[] key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new ImageException("the JDK lacks HMAC-SHA256", e);
    }
  }

  /** Decrypts a stream as it is read. */
  static final class Opening extends FilterInputStream {
    private final Mac mac;
    private final Cipher cipher;
    private final byte[] expected;

    Opening(InputStream ciphertext, Secret key, byte[] nonce, byte[] expected) {
      super(ciphertext);
      this.mac = key.lend(LayerCipher::mac);
      this.cipher = key.lend(k -> cipher(k, nonce, Cipher.DECRYPT_MODE));
      this.expected = expected;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = in.read(into, from, length);
      if (n <= 0) return n;
      mac.update(into, from, n);
      try {
        int done = cipher.update(into, from, n, into, from);
        if (done != n) throw new IOException("CTR mode kept bytes back");
      } catch (GeneralSecurityException e) {
        throw new IOException("cannot decrypt", e);
      }
      return n;
    }

    /** Reads what is left and says whether the ciphertext was the one that was sealed. */
    boolean finish() throws IOException {
      byte[] rest = new byte[1 << 16];
      while (read(rest, 0, rest.length) >= 0) {}
      return MessageDigest.isEqual(mac.doFinal(), expected);
    }
  }
}
