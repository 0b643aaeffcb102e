package dev.theca.broker.token;

import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * What is not believed any more.
 *
 * @param kind {@code jti} or {@code measurement}
 * @param until when it is forgotten, since every token of today has expired then; empty: never
 */
public record Revocation(String kind, String value, Optional<Instant> until, String why) {
  /** Kind, value, why, and perhaps until. */
  public JsonObject toJson() {
    var json = JsonObject.builder().put("kind", kind).put("value", value).put("why", why);
    until.ifPresent(at -> json.put("until", at.toString()));
    return json.build();
  }
}
