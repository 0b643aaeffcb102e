package dev.theca.broker.policy;

import dev.theca.broker.reference.ReferenceSource;
import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.HostFault;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The reference values that one evaluation asked for. A policy is compiled once and runs for many
 * requests at a time, so the function finds the evaluation it serves by its thread.
 */
final class ReferenceCalls {
  private static final ScopedValue<ReferenceCalls> CURRENT = ScopedValue.newInstance();
  private static final int MAX_NAMES = 1000;

  /** {@code query_reference_value(id)}: the value, or null where there is none that is valid. */
  static final Builtin FUNCTION =
      Builtin.of(
          "query_reference_value",
          "string -> any",
          (context, arguments) -> CURRENT.get().value(((TextValue) arguments[0]).text()));

  private final ReferenceSource source;
  private final Instant now;
  private final Map<String, JsonValue> used = new TreeMap<>();
  private final Map<String, Value> values = new HashMap<>();

  ReferenceCalls(ReferenceSource source, Instant now) {
    this.source = source;
    this.now = now;
  }

  /** Runs an evaluation that asks these. */
  <T> T around(ScopedValue.CallableOp<T, RuntimeException> evaluation) {
    return ScopedValue.where(CURRENT, this).call(evaluation);
  }

  private Value value(String name) {
    Value known = values.get(name);
    if (known != null) return known;
    if (values.size() == MAX_NAMES)
      throw new HostFault(
          "more than " + MAX_NAMES + " reference values for one piece of evidence",
          new IllegalStateException("the policy asks without end"));
    JsonValue found;
    try {
      found = source.find(name, now).orElse(new JsonNull());
      values.put(name, found instanceof JsonNull ? NullValue.NULL : Values.of(found));
    } catch (RuntimeException e) {
      throw new HostFault("the reference value '" + name + "' cannot be read", e);
    }
    used.put(name, found);
    return values.getOrDefault(name, NullValue.NULL);
  }

  /** What was asked for and found, null for nothing. */
  Map<String, JsonValue> used() {
    return Collections.unmodifiableMap(used);
  }
}
