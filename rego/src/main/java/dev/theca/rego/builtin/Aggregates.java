package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** One value from many. */
final class Aggregates {
  private Aggregates() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("count", "array|object|set|string -> number", (_, a) -> count(a[0])),
        Builtin.of(
            "sum",
            "set|array -> number",
            (context, a) ->
                total(
                    context,
                    a[0],
                    BigInteger.ZERO,
                    BigInteger::add,
                    new GoFloat(GoFloat.READ, false, BigInteger.ZERO, 0),
                    GoFloat::plus)),
        Builtin.of(
            "product",
            "set|array -> number",
            (context, a) ->
                total(
                    context,
                    a[0],
                    BigInteger.ONE,
                    BigInteger::multiply,
                    GoFloat.ONE,
                    // the reference begins with a float of 53 bits and stays there
                    (product, next) -> product.times(next, GoFloat.ONE.precision()))),
        Builtin.of("max", "set|array -> any", (context, a) -> extreme(context, a[0], 1)),
        Builtin.of("min", "set|array -> any", (context, a) -> extreme(context, a[0], -1)),
        Builtin.of("sort", "set|array -> array", (context, a) -> sort(context, a[0])),
        Builtin.of(
            "any",
            "array|set -> boolean",
            (context, a) -> {
              List<Value> items = items(context, a[0]);
              return Value.of(items.contains(BoolValue.TRUE));
            }),
        Builtin.of(
            "all",
            "array|set -> boolean",
            (context, a) -> {
              for (Value one : items(context, a[0]))
                if (one != BoolValue.TRUE) return BoolValue.FALSE;
              return BoolValue.TRUE;
            }));
  }

  private static Value count(Value collection) throws BuiltinFault {
    if (collection instanceof ArrayValue array) return NumberValue.of(array.size());
    if (collection instanceof SetValue set) return NumberValue.of(set.size());
    if (collection instanceof ObjectValue object) return NumberValue.of(object.size());
    if (collection instanceof TextValue(String text))
      return NumberValue.of(text.codePointCount(0, text.length()));
    throw Wrong.kind(1, collection, "array", "object", "set", "string");
  }

  /** The items in order. */
  static List<Value> items(Calling context, Value collection) {
    List<Value> items =
        collection instanceof SetValue set ? set.elements() : ((ArrayValue) collection).items();
    context.spend(items.size());
    return items;
  }

  private static Value total(
      Calling context,
      Value collection,
      BigInteger none,
      BinaryOperator<BigInteger> exact,
      GoFloat nothing,
      BinaryOperator<GoFloat> real)
      throws BuiltinFault {
    List<Value> items = items(context, collection);
    BigInteger whole = none;
    boolean fraction = false;
    for (Value item : items) {
      if (!(item instanceof NumberValue number)) throw Wrong.item(1, collection, item, "number");
      BigInteger next = fraction ? null : Numerals.whole(number);
      context.spend(Arithmetic.cost(number) + whole.bitLength() / 64);
      if (next == null) fraction = true;
      else whole = exact.apply(whole, next);
      if (whole.bitLength() > Numerals.MAX_BITS) throw Numerals.tooLarge();
    }
    if (!fraction) return Numerals.of(whole);
    GoFloat total = nothing;
    for (Value item : items) {
      total = real.apply(total, Numerals.real((NumberValue) item));
      if (Math.abs(total.magnitude()) > Numerals.MAX_BITS) throw Numerals.tooLarge();
    }
    return Numerals.of(total);
  }

  /** The largest, or with -1 the smallest; of equal ones in an array the last, as 1 and 1.0. */
  private static @Nullable Value extreme(Calling context, Value collection, int sign) {
    Value best = null;
    for (Value one : items(context, collection))
      if (best == null || one.compareTo(best) * sign >= 0) best = one;
    return best;
  }

  private static ArrayValue sort(Calling context, Value collection) {
    Value[] sorted = items(context, collection).toArray(Value[]::new);
    context.spend((long) sorted.length * (32 - Integer.numberOfLeadingZeros(sorted.length)) / 4);
    if (collection instanceof ArrayValue) Arrays.sort(sorted);
    return ArrayValue.owning(sorted);
  }
}
