package dev.theca.cli.policy;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Optional;

/** Documents in JSON and YAML, and several made into one. */
final class Documents {
  private static final Limits LIMITS = new Limits(1 << 30, 1000, 1 << 30, 1 << 16);

  private Documents() {}

  /** A value, or why there is none. */
  record Read(Optional<Value> value, String reason) {}

  static Read json(byte[] bytes) {
    try {
      return switch (Json.parse(bytes, LIMITS)) {
        case Outcome.Granted<JsonValue>(var json) -> new Read(Optional.of(Values.of(json)), "");
        case Outcome.Refused<JsonValue>(var reasons) -> {
          var reason = reasons.getFirst();
          yield new Read(Optional.empty(), reason.found() + " where " + reason.expected());
        }
      };
    } catch (NumberFormatException e) {
      return new Read(Optional.empty(), "a number that is too long");
    }
  }

  static Read yaml(byte[] bytes, YamlEngine engine) {
    try {
      return new Read(Optional.of(engine.read(new String(bytes, StandardCharsets.UTF_8))), "");
    } catch (BuiltinFault e) {
      return new Read(Optional.empty(), "error converting YAML to JSON: " + e.getMessage());
    }
  }

  /** JSON, or YAML when it is none. */
  static Read either(byte[] bytes, YamlEngine engine) {
    var read = json(bytes);
    if (read.value().isPresent()) return read;
    var other = yaml(bytes, engine);
    return other.value().isPresent() ? other : read;
  }

  /** Both together; empty when they say different things at one place. */
  static Optional<ObjectValue> merge(ObjectValue one, ObjectValue other) {
    var members = new HashMap<>(one.members());
    for (var member : other.members().entrySet()) {
      Value there = members.get(member.getKey());
      if (there == null) {
        members.put(member.getKey(), member.getValue());
      } else {
        if (!(there instanceof ObjectValue a) || !(member.getValue() instanceof ObjectValue b))
          return Optional.empty();
        var both = merge(a, b);
        if (both.isEmpty()) return both;
        members.put(member.getKey(), both.get());
      }
    }
    return Optional.of(ObjectValue.owning(members));
  }
}
