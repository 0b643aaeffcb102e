package dev.theca.rego.builtin.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import org.jspecify.annotations.Nullable;

/** The curves for signatures that the JDK has. */
enum Curve {
  P256("P-256", "1.2.840.10045.3.1.7", "secp256r1", 32),
  P384("P-384", "1.3.132.0.34", "secp384r1", 48),
  P521("P-521", "1.3.132.0.35", "secp521r1", 66);

  private final String jose;
  private final String oid;
  private final int bytes;
  private final ECParameterSpec parameters;

  Curve(String jose, String oid, String jdk, int bytes) {
    this.jose = jose;
    this.oid = oid;
    this.bytes = bytes;
    try {
      var found = AlgorithmParameters.getInstance("EC");
      found.init(new ECGenParameterSpec(jdk));
      parameters = found.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no curve " + jdk, e);
    }
  }

  static @Nullable Curve ofOid(String oid) {
    for (Curve curve : values()) if (curve.oid.equals(oid)) return curve;
    return null;
  }

  static @Nullable Curve named(String jose) {
    for (Curve curve : values()) if (curve.jose.equals(jose)) return curve;
    return null;
  }

  String jose() {
    return jose;
  }

  /** Of a coordinate. */
  int bytes() {
    return bytes;
  }

  ECParameterSpec parameters() {
    return parameters;
  }

  private BigInteger prime() {
    return ((ECFieldFp) parameters.getCurve().getField()).getP();
  }

  boolean has(BigInteger x, BigInteger y) {
    if (x.signum() < 0 || y.signum() < 0 || x.compareTo(prime()) >= 0 || y.compareTo(prime()) >= 0)
      return false;
    var curve = parameters.getCurve();
    var right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
    return y.multiply(y).subtract(right).mod(prime()).signum() == 0;
  }

  /** The point {@code scalar} times the base; null is the point at infinity. */
  @Nullable ECPoint times(BigInteger scalar) {
    ECPoint sum = null;
    for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
      if (sum != null) sum = sum(sum, sum);
      if (scalar.testBit(bit)) sum = sum == null ? base() : sum(sum, base());
    }
    return sum;
  }

  private ECPoint base() {
    return parameters.getGenerator();
  }

  private @Nullable ECPoint sum(ECPoint a, ECPoint b) {
    BigInteger over;
    BigInteger under;
    if (!a.getAffineX().equals(b.getAffineX())) {
      over = b.getAffineY().subtract(a.getAffineY());
      under = b.getAffineX().subtract(a.getAffineX());
    } else {
      if (!a.getAffineY().equals(b.getAffineY()) || a.getAffineY().signum() == 0) return null;
      var x = a.getAffineX();
      over = x.multiply(x).multiply(BigInteger.valueOf(3)).add(parameters.getCurve().getA());
      under = a.getAffineY().shiftLeft(1);
    }
    var slope = over.multiply(under.mod(prime()).modInverse(prime()));
    var x = slope.multiply(slope).subtract(a.getAffineX()).subtract(b.getAffineX()).mod(prime());
    var y = slope.multiply(a.getAffineX().subtract(x)).subtract(a.getAffineY()).mod(prime());
    return new ECPoint(x, y);
  }
}
