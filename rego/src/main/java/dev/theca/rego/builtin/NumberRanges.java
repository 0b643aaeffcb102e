package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.List;

/** {@code numbers.range}: up or down, both ends included. */
final class NumberRanges {
  private NumberRanges() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of(
                "numbers.range",
                "number, number -> array",
                (context, a) ->
                    range(
                        context, Numerals.whole(a[0], 1), Numerals.whole(a[1], 2), BigInteger.ONE))
            .naming(1, "integer")
            .naming(2, "integer"),
        Builtin.of(
                "numbers.range_step",
                "number, number, number -> array",
                (context, a) -> {
                  BigInteger from = Numerals.whole(a[0], 1);
                  BigInteger to = Numerals.whole(a[1], 2);
                  BigInteger step = Numerals.whole(a[2], 3);
                  if (step.signum() > 0) return range(context, from, to, step);
                  throw new BuiltinFault("numbers.range_step: step must be a positive integer");
                })
            .naming(1, "integer")
            .naming(2, "integer")
            .naming(3, "integer"));
  }

  private static Value range(Calling context, BigInteger from, BigInteger to, BigInteger step) {
    BigInteger steps = to.subtract(from).abs().divide(step);
    context.spend(steps.bitLength() < 62 ? steps.longValue() + 1 : Long.MAX_VALUE);
    if (steps.bitLength() > 30) context.spend(Long.MAX_VALUE);
    BigInteger by = from.compareTo(to) > 0 ? step.negate() : step;
    Value[] numbers = new Value[steps.intValueExact() + 1];
    BigInteger at = from;
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = NumberValue.of(at);
      at = at.add(by);
    }
    return ArrayValue.owning(numbers);
  }
}
