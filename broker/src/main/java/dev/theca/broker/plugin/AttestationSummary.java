package dev.theca.broker.plugin;

import dev.theca.wire.Digest;
import dev.theca.wire.der.Der;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.List;

/**
 * What the attestation said, inside the certificate: the extension {@code id-pe-cmw} (RFC 9999,
 * {@code 1.3.6.1.5.5.7.1.35}, not critical) in its JSON choice. It holds one record of type {@code
 * application/eat-ucs+json} (RFC 9782) marked as attestation results, whose claims are those of the
 * token without the evidence: profile, issuer, times, and for each submodule status, vector and
 * policy; and {@code theca.claims-digest}, the SHA-256 of all the token's claims in canonical form
 * (RFC 8785), which names that attestation exactly. The certificate's signature protects it.
 *
 * <p>This OID was chosen because it is registered for just this, so that readers of other makers
 * find it; the DICE extension (2.23.133.5.4.9) is for evidence, and this is none.
 */
final class AttestationSummary {
  static final String OID = "1.3.6.1.5.5.7.1.35";

  /** Bit 3 of the indicator: attestation results. */
  private static final long RESULTS = 8;

  private static final List<String> KEPT = List.of("eat_profile", "iss", "iat", "exp", "jti");
  private static final List<String> KEPT_OF_EACH =
      List.of("ear.status", "ear.trustworthiness-vector", "ear.appraisal-policy-id");

  private AttestationSummary() {}

  static byte[] extension(JsonObject claims) {
    byte[] summary = Json.write(summary(claims));
    JsonValue record =
        JsonArray.of(
            new JsonString("application/eat-ucs+json"),
            new JsonString(B64.url(summary)),
            JsonNumber.of(RESULTS));
    return X509Writer.extension(OID, false, Der.utf8(Json.text(record)));
  }

  private static JsonObject summary(JsonObject claims) {
    var out = JsonObject.builder();
    for (String name : KEPT) claims.get(name).ifPresent(value -> out.put(name, value));
    var submods = JsonObject.builder();
    claims
        .object("submods")
        .ifPresent(
            all ->
                all.members()
                    .forEach(
                        (name, value) -> {
                          if (value instanceof JsonObject one) submods.put(name, brief(one));
                        }));
    out.put("submods", submods.build());
    out.put("theca.claims-digest", Digest.sha256(Json.canonical(claims)).hex());
    return out.build();
  }

  private static JsonObject brief(JsonObject submodule) {
    var out = JsonObject.builder();
    for (String name : KEPT_OF_EACH) submodule.get(name).ifPresent(value -> out.put(name, value));
    return out.build();
  }
}
