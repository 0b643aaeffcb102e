package dev.theca.broker.reference;

import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.Optional;

/** Reference values as appraisal policies ask for them. */
@FunctionalInterface
public interface ReferenceSource {
  /** The value under a name, where there is one that has not expired. */
  Optional<JsonValue> find(String name, Instant now);
}
