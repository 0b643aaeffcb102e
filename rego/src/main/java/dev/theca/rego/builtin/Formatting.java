package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.List;

/**
 * {@code sprintf}. Numbers become the types of Go that their text calls for; whatever is neither
 * number nor string becomes the string that the language writes for it.
 */
final class Formatting {
  private Formatting() {}

  static List<Builtin> list() {
    return List.of(Builtin.of("sprintf", "string, array -> string", Formatting::sprintf));
  }

  private static Value sprintf(Calling context, Value[] a) {
    String format = Searching.text(a[0]);
    var array = (ArrayValue) a[1];
    context.spend(1 + format.length() / 16 + array.size());
    var arguments = new Object[array.size()];
    for (int i = 0; i < arguments.length; i++) arguments[i] = argument(context, array.item(i));
    return Value.of(GoFormat.of(context, format, arguments));
  }

  private static Object argument(Calling context, Value value) {
    if (value instanceof TextValue(String text)) return text;
    if (value instanceof NumberValue number) return number(context, number);
    String shown = value.toString();
    context.spend(shown.length() / 16);
    return shown;
  }

  private static Object number(Calling context, NumberValue number) {
    if (number.isLong()) return number.longValue();
    context.spend(Arithmetic.cost(number));
    BigInteger whole = Numerals.written(number);
    if (whole != null) return whole.bitLength() > 63 ? whole : (Object) whole.longValue();
    double value = Double.parseDouble(number.literal());
    return Double.isInfinite(value) ? number.literal() : (Object) value;
  }
}
