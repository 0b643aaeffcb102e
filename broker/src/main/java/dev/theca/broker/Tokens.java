package dev.theca.broker;

import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.jose.Jws;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Attestation tokens: EAR in a JWT, ES256, good for five minutes, with the key of the TEE inside.
 */
final class Tokens {
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final String ISSUER = "theca";

  private final Jwk key;

  Tokens(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (Secret fresh = Jwk.generate("P-256").privateJson()) {
        Files.write(file, fresh.<byte[], RuntimeException>lend(byte[]::clone));
      }
    }
    try (Secret stored = Secret.moveFrom(Files.readAllBytes(file))) {
      key = Jwk.parse(stored).orThrow();
    }
  }

  String issue(
      JsonObject claims, JsonObject runtimeData, Optional<JsonObject> initDataClaims, Instant now) {
    var evidence =
        JsonObject.builder()
            .put("runtime_data_claims", runtimeData)
            .put(
                "init_data_claims",
                initDataClaims.<dev.theca.wire.json.JsonValue>map(c -> c).orElse(new JsonNull()))
            .put("sgx", claims)
            .build();
    var vector =
        JsonObject.builder()
            .put("configuration", 2)
            .put("executables", 3)
            .put("hardware", 2)
            .build();
    var cpu =
        JsonObject.builder()
            .put("ear.status", "affirming")
            .put("ear.trustworthiness-vector", vector)
            .put("ear.appraisal-policy-id", "default")
            .put("ear.veraison.annotated-evidence", evidence)
            .build();
    var payload =
        JsonObject.builder()
            .put("eat_profile", "tag:github.com,2024:confidential-containers/Trustee")
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(LIFE).getEpochSecond())
            .put("iss", ISSUER)
            .put("submods", JsonObject.builder().put("cpu0", cpu).build())
            .build();
    var jwk = new java.util.LinkedHashMap<>(key.publicJson().members());
    jwk.put("alg", new dev.theca.wire.json.JsonString("ES256"));
    var header =
        JsonObject.builder()
            .put("typ", "JWT")
            .put("alg", "ES256")
            .put("jwk", new JsonObject(jwk))
            .build();
    return Jws.sign(header, Json.write(payload), key.privateKey().orElseThrow());
  }

  /** The payload of a token of ours that has not expired. */
  Outcome<JsonObject> verify(String token, Instant now) {
    return Jws.verify(token, "ES256", key.publicKey())
        .then(verified -> Json.object(verified.payload()))
        .then(
            payload -> {
              long end = payload.integer("exp").orElse(0L);
              return now.getEpochSecond() < end
                  ? Outcome.granted(payload)
                  : Outcome.refused(
                      dev.theca.wire.Code.of("token-expired"),
                      "attestation token",
                      "one that has not expired",
                      "one that ended at " + Instant.ofEpochSecond(end),
                      "attest again");
            });
  }

  JsonObject jwks() {
    return JsonObject.builder()
        .put("keys", dev.theca.wire.json.JsonArray.of(key.publicJson()))
        .build();
  }
}
