package dev.theca.evidence;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * ECDSA P-256 with SHA-256 over raw r and s. Ranges and the curve are checked here, whatever the
 * provider does.
 */
final class Ecdsa {
  private static final ECParameterSpec P256 = p256();

  private Ecdsa() {}

  private static ECParameterSpec p256() {
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-256", e);
    }
  }

  /** A key from x and y, 32 bytes each, big-endian; empty when the point is not on the curve. */
  static Optional<PublicKey> key(byte[] xy) {
    var x = new BigInteger(1, Arrays.copyOf(xy, 32));
    var y = new BigInteger(1, Arrays.copyOfRange(xy, 32, 64));
    var p = ((ECFieldFp) P256.getCurve().getField()).getP();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) return Optional.empty();
    var right = x.pow(3).add(P256.getCurve().getA().multiply(x)).add(P256.getCurve().getB());
    if (y.multiply(y).subtract(right).mod(p).signum() != 0) return Optional.empty();
    try {
      return Optional.of(
          KeyFactory.getInstance("EC")
              .generatePublic(new ECPublicKeySpec(new ECPoint(x, y), P256)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  static boolean verify(PublicKey key, byte[] message, byte[] raw) {
    if (raw.length != 64 || !inRange(raw, 0) || !inRange(raw, 32)) return false;
    try {
      var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(raw);
    } catch (GeneralSecurityException e) {
      return false; // providers differ: some throw where others say no
    }
  }

  private static boolean inRange(byte[] raw, int from) {
    var value = new BigInteger(1, Arrays.copyOfRange(raw, from, from + 32));
    return value.signum() > 0 && value.compareTo(P256.getOrder()) < 0;
  }
}
