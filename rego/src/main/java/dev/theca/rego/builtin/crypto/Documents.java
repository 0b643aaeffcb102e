package dev.theca.rego.builtin.crypto;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;

/** JSON within tokens and keys. */
final class Documents {
  private static final Limits LIMITS = new Limits(1 << 20, 128, 1 << 20, 1000);

  private Documents() {}

  static Value read(Calling context, Value text) throws BuiltinFault {
    byte[] bytes = ((TextValue) text).bytes();
    context.spend(bytes.length);
    try {
      return switch (Json.parse(bytes, LIMITS)) {
        case Outcome.Granted<JsonValue> granted -> Values.of(granted.value());
        case Outcome.Refused<JsonValue> _ -> throw new BuiltinFault("invalid JSON");
      };
    } catch (NumberFormatException e) {
      throw new BuiltinFault("invalid JSON: a number beyond the limits");
    }
  }
}
