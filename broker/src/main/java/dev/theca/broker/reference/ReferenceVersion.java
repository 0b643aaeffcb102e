package dev.theca.broker.reference;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;

/**
 * One version of the value under a name; or that it was deleted.
 *
 * @param type of the message; {@code deleted} when there is no value from here on
 * @param value null's JSON form for a deletion
 * @param sha256 of the value's compact JSON text, in hex
 * @param provenance {@code key:NAME} or {@code admin:NAME}
 * @param issued when the signer said it
 * @param registered when the broker took it
 */
public record ReferenceVersion(
    String name,
    long version,
    String type,
    JsonValue value,
    String sha256,
    String provenance,
    Instant issued,
    Instant registered,
    Instant expires) {
  static final String DELETED = "deleted";

  public boolean deleted() {
    return type.equals(DELETED);
  }

  public boolean validAt(Instant now) {
    return !deleted() && now.isBefore(expires);
  }

  /** As the admin API shows it. */
  public JsonObject json(Instant now) {
    return JsonObject.builder()
        .put("name", name)
        .put("version", version)
        .put("type", type)
        .put("value", value)
        .put("sha256", sha256)
        .put("provenance", provenance)
        .put("issued", issued.toString())
        .put("registered", registered.toString())
        .put("expiration", expires.toString())
        .put("valid", validAt(now))
        .build();
  }
}
