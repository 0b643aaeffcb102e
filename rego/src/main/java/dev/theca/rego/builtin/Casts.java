package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.Kind;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What kind a value is, and values as another kind. */
final class Casts {
  private Casts() {}

  static List<Builtin> list() {
    var list = new ArrayList<Builtin>();
    for (Kind kind : Kind.values()) {
      list.add(
          Builtin.of(
              "is_" + kind.word(), "any -> boolean", (_, a) -> Value.of(a[0].kind() == kind)));
      if (kind == Kind.NUMBER || kind == Kind.ARRAY || kind == Kind.SET) continue;
      list.add(
          Builtin.of(
              "cast_" + kind.word(),
              "any -> " + kind.word(),
              (_, a) -> {
                if (a[0].kind() == kind) return a[0];
                throw Wrong.kind(1, a[0], kind.word());
              }));
    }
    list.add(Builtin.of("type_name", "any -> string", (_, a) -> Value.of(a[0].kind().word())));
    list.add(Builtin.of("cast_array", "any -> array", (c, a) -> array(c, a[0])));
    list.add(Builtin.of("cast_set", "any -> set", (c, a) -> set(c, a[0])));
    list.add(
        Builtin.of("to_number", "null|boolean|number|string -> number", (c, a) -> number(c, a[0])));
    return list;
  }

  private static Value array(Calling context, Value value) throws BuiltinFault {
    if (value instanceof ArrayValue) return value;
    if (!(value instanceof SetValue)) throw Wrong.kind(1, value, "array", "set");
    return ArrayValue.of(Aggregates.items(context, value));
  }

  private static Value set(Calling context, Value value) throws BuiltinFault {
    if (value instanceof SetValue) return value;
    if (!(value instanceof ArrayValue)) throw Wrong.kind(1, value, "array", "set");
    return SetValue.of(Aggregates.items(context, value));
  }

  private static Value number(Calling context, Value value) throws BuiltinFault {
    return switch (value) {
      case NullValue _ -> NumberValue.of(0);
      case BoolValue flag -> NumberValue.of(flag.value() ? 1 : 0);
      case NumberValue number -> number;
      case TextValue(String text) -> {
        context.spend(text.length() / 16 + 1);
        yield parsed(text);
      }
      case ArrayValue _, ObjectValue _, SetValue _ ->
          throw Wrong.kind(1, value, "null", "boolean", "number", "string");
    };
  }

  private static NumberValue parsed(String text) throws BuiltinFault {
    int signs = 0;
    while (signs < text.length() && "+-".indexOf(text.charAt(signs)) >= 0) signs++;
    switch (text.substring(signs).toLowerCase(Locale.ROOT)) {
      case "inf", "infinity", "nan" ->
          throw BuiltinFault.operand("operand 1 must be valid number string but got string");
      default -> {
        return GoNumber.parse(text);
      }
    }
  }
}
