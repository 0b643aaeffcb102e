package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.List;
import java.util.function.BinaryOperator;

/** Integers as bits, negative ones in two's complement without end. */
final class Bits {
  private Bits() {}

  static List<Builtin> list() {
    return List.of(
        of("bits.and", BigInteger::and),
        of("bits.or", BigInteger::or),
        of("bits.xor", BigInteger::xor),
        Builtin.of(
                "bits.negate",
                "number -> number",
                (_, a) -> Numerals.of(Numerals.whole(a[0], 1).not()))
            .naming(1, "integer"),
        Builtin.of(
                "bits.lsh",
                "number, number -> number",
                (_, a) -> {
                  BigInteger value = Numerals.whole(a[0], 1);
                  int by = distance(a[1]);
                  if (value.signum() == 0) return Numerals.of(value);
                  if (by > Numerals.MAX_BITS) throw Numerals.tooLarge();
                  return Numerals.of(value.shiftLeft(by));
                })
            .naming(1, "integer")
            .naming(2, "integer"),
        Builtin.of(
                "bits.rsh",
                "number, number -> number",
                (_, a) -> {
                  BigInteger value = Numerals.whole(a[0], 1);
                  return Numerals.of(value.shiftRight(distance(a[1])));
                })
            .naming(1, "integer")
            .naming(2, "integer"));
  }

  private static Builtin of(String name, BinaryOperator<BigInteger> operation) {
    return Builtin.of(
            name,
            "number, number -> number",
            (_, a) ->
                Numerals.of(operation.apply(Numerals.whole(a[0], 1), Numerals.whole(a[1], 2))))
        .naming(1, "integer")
        .naming(2, "integer");
  }

  /** How far to shift; beyond 31 bits it makes no difference. */
  private static int distance(Value operand) throws BuiltinFault {
    BigInteger by = Numerals.whole(operand, 2);
    if (by.signum() < 0)
      throw BuiltinFault.operand(
          "operand 2 must be an unsigned integer number but got a negative integer");
    return by.bitLength() > 30 ? Integer.MAX_VALUE : by.intValue();
  }
}
