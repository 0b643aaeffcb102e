package dev.theca.broker.resource;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * What may be told about one version of a resource; never its value.
 *
 * @param expires when it ceases to be given
 * @param recipe how it was generated; empty when somebody put it
 * @param publicKey the public half of a generated key pair, a JSON Web Key
 */
public record VersionInfo(
    String path,
    long version,
    long sizeBytes,
    Instant created,
    Optional<Instant> expires,
    boolean revoked,
    Optional<Recipe> recipe,
    Optional<JsonObject> publicKey,
    String actor) {

  /** Whether it was made here, so that no human has seen it. */
  public boolean generated() {
    return recipe.isPresent();
  }

  /** Whether it is given at this time. */
  public boolean available(Instant now) {
    return !revoked && expires.map(now::isBefore).orElse(true);
  }

  /** For answers and the audit trail. */
  public JsonObject toJson() {
    var json =
        JsonObject.builder()
            .put("path", path)
            .put("version", version)
            .put("size-bytes", sizeBytes)
            .put("created", created.toString())
            .put("revoked", revoked)
            .put("actor", actor);
    expires.ifPresent(at -> json.put("expires", at.toString()));
    recipe.ifPresent(how -> json.put("generated", how.toString()));
    publicKey.ifPresent(key -> json.put("public-key", key));
    return json.build();
  }

  @Override
  public String toString() {
    return Json.text(toJson());
  }
}
