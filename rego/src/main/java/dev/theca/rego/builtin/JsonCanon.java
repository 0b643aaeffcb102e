package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.ShortFloat;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;

/** The JSON text of a value with every number as the float of 64 bits next to it. */
final class JsonCanon {
  private JsonCanon() {}

  static String of(Calling context, Value value) throws BuiltinFault {
    return JsonText.of(rounded(context, value, 0));
  }

  private static Value rounded(Calling context, Value value, int depth) throws BuiltinFault {
    Nesting.check(depth);
    context.spend(1);
    return switch (value) {
      case NullValue _, BoolValue _, SetValue _ -> value;
      case TextValue(String text) -> {
        context.spend(text.length());
        yield value;
      }
      case NumberValue number -> {
        double real = number.decimal().doubleValue();
        if (Double.isInfinite(real)) throw new BuiltinFault("number beyond the range of floats");
        yield NumberValue.parse(ShortFloat.json(real));
      }
      case ArrayValue array -> {
        var items = new ArrayList<Value>();
        for (Value item : array) items.add(rounded(context, item, depth + 1));
        yield ArrayValue.of(items);
      }
      case ObjectValue object -> {
        var members = new HashMap<Value, Value>();
        for (var member : object.members().entrySet())
          members.put(member.getKey(), rounded(context, member.getValue(), depth + 1));
        yield ObjectValue.owning(members);
      }
    };
  }
}
