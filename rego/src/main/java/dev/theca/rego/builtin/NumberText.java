package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.List;

/** {@code format_int}: integers in other bases; a fraction is cut off. */
final class NumberText {
  private NumberText() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("format_int", "number, number -> string", (c, a) -> format(c, a[0], a[1])));
  }

  private static Value format(Calling context, Value number, Value base) throws BuiltinFault {
    int radix =
        switch (((NumberValue) base).literal()) {
          case "2" -> 2;
          case "8" -> 8;
          case "10" -> 10;
          case "16" -> 16;
          default -> throw BuiltinFault.operand("operand 2 must be one of {2, 8, 10, 16}");
        };
    var value = (NumberValue) number;
    if (value.isLong()) return Value.of(Long.toString(value.longValue(), radix));
    BigInteger whole = Numerals.written(value);
    if (whole == null) whole = Numerals.real(value).truncated();
    context.spend(whole.bitLength() / 8 + 1);
    return Value.of(whole.toString(radix));
  }
}
