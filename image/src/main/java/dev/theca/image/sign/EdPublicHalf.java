package dev.theca.image.sign;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/**
 * The public key of an Ed25519 private key, which PKCS#8 need not carry (RFC 8410 section 7). The
 * JDK derives it only while it makes a pair, so it is given the known secret as its chance.
 */
final class EdPublicHalf {
  private EdPublicHalf() {}

  static PublicKey of(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] seed = key.getBytes().orElseThrow(() -> new GeneralSecurityException("no key inside"));
    try {
      var generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new Known(seed));
      var pair = generator.generateKeyPair();
      if (!Arrays.equals(((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow(), seed))
        throw new GeneralSecurityException("the JDK made another pair");
      return pair.getPublic();
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }

  private static final class Known extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient byte[] seed;

    Known(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
