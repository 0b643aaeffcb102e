package dev.theca.broker.resource;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A version that is about to be added.
 *
 * @param recipe how it was generated; empty when somebody put it
 */
record Draft(
    Secret value,
    Optional<Recipe> recipe,
    String publicPart,
    Rotation rotation,
    PutOptions options,
    String action,
    String actor) {

  Optional<JsonObject> publicKey() {
    return publicPart.isEmpty()
        ? Optional.empty()
        : Optional.of(Json.object(publicPart.getBytes(StandardCharsets.UTF_8)).orThrow());
  }

  boolean sees(long lastVersion) {
    return options.seen() == PutOptions.ANY || options.seen() == lastVersion;
  }

  /** When it ceases to be given: as asked for, or at the end of its lifetime. */
  long expiresMillis(long nowMillis) {
    if (options.expiresMillis() != Expiry.NEVER || rotation.lifetime().isZero())
      return options.expiresMillis();
    return nowMillis + rotation.lifetime().toMillis();
  }

  long rotatesMillis(long nowMillis) {
    return rotation.period().isZero() ? Expiry.NEVER : nowMillis + rotation.period().toMillis();
  }
}
