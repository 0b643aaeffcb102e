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
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.Map;

/**
 * A value as JSON can have it: sets become arrays in order, keys become strings. Pays for every
 * character that writing it will make, so that a value which shares its parts many times over
 * cannot fill the memory.
 */
final class JsonShape {
  private JsonShape() {}

  static Value of(Calling context, Value value) throws BuiltinFault {
    return of(context, value, 0);
  }

  private static Value of(Calling context, Value value, int depth) throws BuiltinFault {
    Nesting.check(depth);
    context.spend(1);
    return switch (value) {
      case NullValue _, BoolValue _ -> value;
      case NumberValue number -> {
        context.spend(number.literal().length() / 8);
        yield value;
      }
      case TextValue(String text) -> {
        context.spend(text.length());
        yield value;
      }
      case ArrayValue array -> list(context, array, array.size(), depth);
      case SetValue set -> list(context, set, set.size(), depth);
      case ObjectValue object -> {
        var members = HashMap.<Value, Value>newHashMap(object.size());
        for (Map.Entry<Value, Value> member : object.members().entrySet())
          members.put(
              name(context, member.getKey(), depth + 1), of(context, member.getValue(), depth + 1));
        yield ObjectValue.owning(members);
      }
    };
  }

  private static Value list(Calling context, Iterable<Value> items, int size, int depth)
      throws BuiltinFault {
    Value[] list = new Value[size];
    int i = 0;
    for (Value item : items) list[i++] = of(context, item, depth + 1);
    return ArrayValue.owning(list);
  }

  /** A key that is no string is named by its JSON text. */
  private static TextValue name(Calling context, Value key, int depth) throws BuiltinFault {
    Value shaped = of(context, key, depth);
    return shaped instanceof TextValue text ? text : new TextValue(JsonText.of(shaped));
  }
}
