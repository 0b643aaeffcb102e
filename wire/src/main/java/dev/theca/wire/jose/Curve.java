package dev.theca.wire.jose;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Optional;

/** The NIST curves of JWA (RFC 7518 section 6.2.1.1), with the byte length of a coordinate. */
enum Curve {
  P256("P-256", "secp256r1", 32),
  P384("P-384", "secp384r1", 48),
  P521("P-521", "secp521r1", 66);

  final String crv;
  final int bytes;
  final ECParameterSpec spec;

  Curve(String crv, String name, int bytes) {
    this.crv = crv;
    this.bytes = bytes;
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      spec = parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks " + name, e);
    }
  }

  static Optional<Curve> named(String crv) {
    for (Curve curve : values()) if (curve.crv.equals(crv)) return Optional.of(curve);
    return Optional.empty();
  }

  static Optional<Curve> of(ECParameterSpec spec) {
    for (Curve curve : values()) {
      if (curve.spec.getCurve().equals(spec.getCurve())
          && curve.spec.getOrder().equals(spec.getOrder())) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a point is on the curve and not the point at infinity; an invalid one would leak a
   * private key.
   */
  boolean contains(ECPoint point) {
    BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x == null || x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0)
      return false;
    BigInteger right = x.pow(3).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB());
    return y.multiply(y).subtract(right).mod(p).signum() == 0;
  }

  /** A coordinate or scalar as big-endian bytes of the curve's length. */
  byte[] fixed(BigInteger value) {
    return Unsigned.fixed(value, bytes);
  }
}
