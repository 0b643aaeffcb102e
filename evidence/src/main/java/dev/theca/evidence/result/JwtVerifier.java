package dev.theca.evidence.result;

import dev.theca.evidence.EvidenceCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** Checks a JWS in compact form (RFC 7515) under one key, and its dates (RFC 7519). */
public final class JwtVerifier {
  private static final int MAX = 1 << 20;
  private static final long LEEWAY = 60;

  private JwtVerifier() {}

  public static Outcome<JsonObject> verify(String token, PublicKey key, Instant at) {
    if (token.length() > MAX) return bad("at most 1 MiB", token.length() + " characters");
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) return bad("three parts", parts.length + "");
    byte[] header;
    byte[] payload;
    byte[] signature;
    try {
      header = Base64.getUrlDecoder().decode(parts[0]);
      payload = Base64.getUrlDecoder().decode(parts[1]);
      signature = Base64.getUrlDecoder().decode(parts[2]);
    } catch (IllegalArgumentException e) {
      return bad("base64url without padding", "other text");
    }
    var alg = Json.object(header).map(h -> h.string("alg").orElse(""));
    var allowed = algorithms(key);
    if (!(alg instanceof Outcome.Granted<String>(String name)) || !allowed.contains(name))
      return bad("algorithm " + allowed + " for this key", "another");
    byte[] content = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    if (!signed(name, key, content, signature))
      return Outcome.refused(
          EvidenceCode.SIGNATURE_EVIDENCE,
          "attestation result",
          "a signature of this key",
          "another, or changed bytes",
          "take the result from the verifier again");
    return Json.object(payload).then(claims -> dated(claims, at));
  }

  private static List<String> algorithms(PublicKey key) {
    return switch (key) {
      case ECPublicKey ec ->
          ec.getParams().getOrder().bitLength() == 256 ? List.of("ES256") : List.of("ES384");
      case EdECPublicKey ed -> List.of("EdDSA");
      case RSAPublicKey rsa -> List.of("PS256", "PS384");
      default -> List.of();
    };
  }

  private static boolean signed(String alg, PublicKey key, byte[] content, byte[] signature) {
    try {
      var verifier =
          Signature.getInstance(
              switch (alg) {
                case "ES256" -> "SHA256withECDSAinP1363Format";
                case "ES384" -> "SHA384withECDSAinP1363Format";
                case "EdDSA" -> "EdDSA";
                default -> "RSASSA-PSS";
              });
      verifier.initVerify(key);
      if (alg.startsWith("PS")) {
        boolean wide = alg.equals("PS384");
        verifier.setParameter(
            new PSSParameterSpec(
                wide ? "SHA-384" : "SHA-256",
                "MGF1",
                wide ? MGF1ParameterSpec.SHA384 : MGF1ParameterSpec.SHA256,
                wide ? 48 : 32,
                1));
      }
      verifier.update(content);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Outcome<JsonObject> dated(JsonObject claims, Instant at) {
    long now = at.getEpochSecond();
    var expires = claims.integer("exp");
    if (expires.isEmpty() || now > expires.get() + LEEWAY)
      return Outcome.refused(
          EvidenceCode.POLICY_FRESHNESS,
          "attestation result",
          "one that is valid at " + at,
          expires
              .map(e -> "one until " + Instant.ofEpochSecond(Math.min(e, 253_402_300_799L)))
              .orElse("one without an end"),
          "attest again");
    if (claims.integer("nbf").filter(from -> now + LEEWAY < from).isPresent())
      return bad("a result that has begun", "one from the future");
    return Outcome.granted(claims);
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        EvidenceCode.FORMAT_EVIDENCE,
        "attestation result",
        expected,
        found,
        "take the result from the verifier again");
  }
}
