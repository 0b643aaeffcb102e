package dev.theca.broker.token;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;

/**
 * Signature algorithms of JWA (RFC 7518, section 3) with public keys. Which ones a key may be used
 * with follows from the key; symmetric ones and {@code none} do not exist here.
 */
final class Algorithms {
  private Algorithms() {}

  /** The algorithms that fit a key; the first is taken for keys that name none. */
  static List<String> of(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec ->
          switch (ec.getParams().getCurve().getField().getFieldSize()) {
            case 256 -> List.of("ES256");
            case 384 -> List.of("ES384");
            case 521 -> List.of("ES512");
            default -> List.of();
          };
      case RSAPublicKey _ -> List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");
      default -> List.of();
    };
  }

  /** Whether the signature holds; anything malformed is a no. */
  static boolean verify(String algorithm, PublicKey key, byte[] message, byte[] raw) {
    if (algorithm.equals("ES256")) return EcdsaSigning.verify(key, message, raw);
    try {
      var signature = Signature.getInstance(jdkName(algorithm));
      if (algorithm.startsWith("PS")) signature.setParameter(pss(algorithm));
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(raw);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String jdkName(String algorithm) {
    return switch (algorithm) {
      case "ES384" -> "SHA384withECDSAinP1363Format";
      case "ES512" -> "SHA512withECDSAinP1363Format";
      case "RS256" -> "SHA256withRSA";
      case "RS384" -> "SHA384withRSA";
      case "RS512" -> "SHA512withRSA";
      case "PS256", "PS384", "PS512" -> "RSASSA-PSS";
      default -> throw new IllegalArgumentException("no algorithm " + algorithm);
    };
  }

  private static PSSParameterSpec pss(String algorithm) {
    int bits = Integer.parseInt(algorithm.substring(2));
    String hash = "SHA-" + bits;
    return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), bits / 8, 1);
  }
}
