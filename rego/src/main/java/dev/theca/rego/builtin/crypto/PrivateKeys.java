package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;

/** Private keys with the public halves that belong to them. */
final class PrivateKeys {
  private static final int MAX_RSA_BITS = 16_384;

  private PrivateKeys() {}

  static Key.RsaPrivate rsa(Key.Rsa open, BigInteger d, BigInteger p, BigInteger q)
      throws BuiltinFault {
    boolean fits =
        open.modulus().bitLength() <= MAX_RSA_BITS
            && d.bitLength() <= MAX_RSA_BITS
            && p.bitLength() <= MAX_RSA_BITS
            && q.bitLength() <= MAX_RSA_BITS
            && d.signum() > 0
            && p.compareTo(BigInteger.ONE) > 0
            && q.compareTo(BigInteger.ONE) > 0
            && p.multiply(q).equals(open.modulus())
            && p.gcd(q).equals(BigInteger.ONE);
    if (!fits) throw new BuiltinFault("crypto/rsa: invalid private key");
    return new Key.RsaPrivate(open, d, p, q);
  }

  static Key.EcPrivate ec(Curve curve, BigInteger d) throws BuiltinFault {
    var point = d.compareTo(curve.parameters().getOrder()) < 0 ? curve.times(d) : null;
    if (point == null) throw new BuiltinFault("x509: invalid elliptic curve private key value");
    return new Key.EcPrivate(new Key.Ec(curve, point.getAffineX(), point.getAffineY()), d);
  }

  static Key.EdPrivate ed25519(byte[] seed) {
    try {
      var generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
      var point = ((EdECPublicKey) generator.generateKeyPair().getPublic()).getPoint();
      byte[] bytes = new byte[32];
      byte[] y = Salt.bytes(point.getY(), 32);
      for (int i = 0; i < 32; i++) bytes[i] = y[31 - i];
      if (point.isXOdd()) bytes[31] |= (byte) 0x80;
      return new Key.EdPrivate(new Key.Ed(new Bytes(bytes)), new Bytes(seed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no Ed25519", e);
    }
  }

  /** "Draws" the seed that is given: a pair of Ed25519 is made of nothing else. */
  private static final class Given extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final byte[] seed;

    Given(byte[] seed) {
      super(null, null);
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }

    @Override
    public String getAlgorithm() {
      return "given";
    }
  }
}
