package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.util.List;

/**
 * What {@code print} and template strings become: every part stands in a set, which is empty where
 * the part is undefined.
 */
final class Captured {
  private static final String UNDEFINED = "<undefined>";

  private Captured() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("internal.print", "array -> any", Captured::print),
        Builtin.of("internal.template_string", "array -> string", Captured::template));
  }

  private static Value print(Calling context, Value[] arguments) {
    var line = new StringBuilder();
    print(context, (ArrayValue) arguments[0], 0, line);
    return NullValue.NULL;
  }

  /** One line for every combination of values. */
  private static void print(Calling context, ArrayValue parts, int from, StringBuilder line) {
    if (from == parts.size()) {
      context.print(line.toString());
      return;
    }
    int length = line.length();
    if (from > 0) line.append(' ');
    int begin = line.length();
    var values = values(parts.item(from));
    if (values.isEmpty()) {
      line.append(UNDEFINED);
      print(context, parts, from + 1, line);
    }
    for (Value value : values) {
      line.setLength(begin);
      line.append(shown(value));
      context.spend(line.length());
      print(context, parts, from + 1, line);
    }
    line.setLength(length);
  }

  private static List<Value> values(Value part) {
    return part instanceof SetValue set ? set.elements() : List.of(part);
  }

  private static String shown(Value value) {
    return value instanceof TextValue(String text) ? text : value.toString();
  }

  private static Value template(Calling context, Value[] arguments) throws BuiltinFault {
    var text = new StringBuilder();
    for (Value part : (ArrayValue) arguments[0]) {
      var values = values(part);
      if (values.size() > 1) throw new BuiltinFault("a part of the string has several values");
      text.append(values.isEmpty() ? UNDEFINED : shown(values.getFirst()));
      context.spend(text.length());
    }
    return Value.of(text.toString());
  }
}
