package dev.theca.evidence;

import dev.theca.evidence.result.JwtVerifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * An EAT attestation result (draft-ietf-rats-ear) as a JWT: what a verifier tells relying parties.
 * One submodule per attester. Signing is the caller's: this room holds no private key.
 */
public final class Ear {
  /** The profile of Trustee's results. */
  public static final String TRUSTEE = "tag:github.com,2024:confidential-containers/Trustee";

  /** The profile of Veraison's results. */
  public static final String VERAISON = "tag:github.com,2023:veraison/ear";

  /** Signs the bytes before the second dot; for ES256 r and s of 32 bytes each. */
  @FunctionalInterface
  public interface Signer {
    /** The signature over these bytes, in JWS's form. */
    byte[] sign(byte[] content);
  }

  private final JsonObject.Builder claims;
  private final JsonObject.Builder submodules = JsonObject.builder();

  private Ear(JsonObject.Builder claims) {
    this.claims = claims;
  }

  /** Begins a result of one verifier at a time; it expires after {@code life}. */
  public static Ear of(String profile, String developer, String build, Instant now, Duration life) {
    return new Ear(
        JsonObject.builder()
            .put("eat_profile", profile)
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(life).getEpochSecond())
            .put(
                "ear.verifier-id",
                JsonObject.builder().put("developer", developer).put("build", build).build()));
  }

  /** Names who made the result ({@code iss}). */
  public Ear issuer(String name) {
    claims.put("iss", name);
    return this;
  }

  /** Binds the result to the relying party's nonce ({@code eat_nonce}). */
  public Ear nonce(String nonce) {
    claims.put("eat_nonce", nonce);
    return this;
  }

  /** One attester, such as {@code cpu0}, with the name of the policy that judged it. */
  public Ear submodule(
      String name, EvidenceType tee, Appraisal appraisal, TrustVector vector, String policy) {
    var evidence = JsonObject.builder();
    var measured = JsonObject.builder();
    appraisal
        .claims()
        .ifPresent(
            all ->
                all.members()
                    .forEach(
                        (key, value) -> {
                          boolean above = key.equals("report_data") || key.equals("init_data");
                          (above ? evidence : measured).put(key, value);
                        }));
    submodules.put(
        name,
        JsonObject.builder()
            .put("ear.status", vector.status().word())
            .put("ear.trustworthiness-vector", vector.json())
            .put("ear.appraisal-policy-id", policy)
            .put(
                "ear.veraison.annotated-evidence",
                evidence.put(tee.word(), measured.build()).build())
            .build());
    return this;
  }

  /** The claims set. */
  public JsonObject claims() {
    return claims.put("submods", submodules.build()).build();
  }

  /**
   * The signed token.
   *
   * @param header with {@code alg}, and {@code kid} or {@code jwk}
   */
  public String sign(JsonObject header, Signer signer) {
    String content = part(Json.write(header)) + "." + part(Json.write(claims()));
    return content + "." + part(signer.sign(content.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The claims of a token that this key signed and that is valid at a time. The algorithm follows
   * from the key, never from the token: ES256, ES384, EdDSA, PS256, PS384.
   */
  public static Outcome<JsonObject> verify(String token, PublicKey key, Instant at) {
    return JwtVerifier.verify(token, key, at);
  }
}
