package dev.theca.broker.reference;

import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Values of a payload, by name, and when the payload itself says that they hold. */
record Extracted(
    SortedMap<String, JsonValue> values, Optional<Instant> notBefore, Optional<Instant> notAfter) {
  Extracted(SortedMap<String, JsonValue> values) {
    this(values, Optional.empty(), Optional.empty());
  }

  Extracted {
    values = new TreeMap<>(values);
  }
}
