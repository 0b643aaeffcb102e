package dev.theca.evidence.pki;

import dev.theca.wire.x509.PublicKeyInfo;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Locale;

/** ECDSA over P-521 with the JDK. */
final class JdkEcdsa {
  private JdkEcdsa() {}

  static boolean verify(PublicKeyInfo key, String hash, byte[] content, byte[] der) {
    if (!(key instanceof PublicKeyInfo.Ec(String oid, byte[] xy))) return false;
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(oid));
      int half = xy.length / 2;
      var point =
          new ECPoint(
              new BigInteger(1, Arrays.copyOf(xy, half)),
              new BigInteger(1, Arrays.copyOfRange(xy, half, xy.length)));
      var spec = new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class));
      var verifier = Signature.getInstance(hash.toUpperCase(Locale.ROOT) + "withECDSA");
      verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(spec));
      verifier.update(content);
      return verifier.verify(der);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
