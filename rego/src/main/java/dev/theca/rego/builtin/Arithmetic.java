package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * {@code + - * / %} and rounding: integers are exact at any size, everything else is a {@link
 * GoFloat}.
 */
final class Arithmetic {
  private Arithmetic() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("plus", "number, number -> number", (c, a) -> plus(c, a[0], a[1])),
        Builtin.of("minus", "number|set, number|set -> number|set", Arithmetic::minus)
            .naming(2, "number"),
        Builtin.of("mul", "number, number -> number", (c, a) -> mul(c, a[0], a[1])),
        Builtin.of("div", "number, number -> number", (c, a) -> div(c, a[0], a[1])),
        Builtin.of("rem", "number, number -> number", (c, a) -> rem(c, a[0], a[1])),
        unary("abs", GoFloat::abs, true),
        unary("round", Arithmetic::round, false),
        unary("ceil", Arithmetic::ceil, false),
        unary("floor", Arithmetic::floor, false));
  }

  private static Value plus(Calling context, Value a, Value b) throws BuiltinFault {
    var x = (NumberValue) a;
    var y = (NumberValue) b;
    if (x.isLong() && y.isLong()) {
      long sum = x.longValue() + y.longValue();
      if (((x.longValue() ^ sum) & (y.longValue() ^ sum)) >= 0) return NumberValue.of(sum);
    }
    return wide(context, x, y, BigInteger::add, GoFloat::plus);
  }

  private static Value minus(Calling context, Value[] a) throws BuiltinFault {
    if (a[0] instanceof SetValue from) {
      if (a[1] instanceof SetValue without) return difference(context, from, without);
      throw Wrong.kind(2, a[1], "set");
    }
    if (!(a[0] instanceof NumberValue x)) throw Wrong.kind(1, a[0], "number", "set");
    if (!(a[1] instanceof NumberValue y)) throw Wrong.kind(2, a[1], "number");
    if (x.isLong() && y.isLong()) {
      long rest = x.longValue() - y.longValue();
      if (((x.longValue() ^ y.longValue()) & (x.longValue() ^ rest)) >= 0)
        return NumberValue.of(rest);
    }
    return wide(context, x, y, BigInteger::subtract, GoFloat::minus);
  }

  private static SetValue difference(Calling context, SetValue from, SetValue without) {
    context.spend(from.size());
    var rest = new HashSet<Value>();
    for (Value one : from.unordered()) if (!without.contains(one)) rest.add(one);
    return SetValue.owning(rest);
  }

  private static Value mul(Calling context, Value a, Value b) throws BuiltinFault {
    var x = (NumberValue) a;
    var y = (NumberValue) b;
    if (x.isLong() && y.isLong()) {
      long low = x.longValue() * y.longValue();
      if (Math.multiplyHigh(x.longValue(), y.longValue()) == low >> 63) return NumberValue.of(low);
    }
    return wide(context, x, y, BigInteger::multiply, GoFloat::times);
  }

  /** Exact where both have no fraction, else in floats. */
  private static Value wide(
      Calling context,
      NumberValue x,
      NumberValue y,
      BinaryOperator<BigInteger> exact,
      BinaryOperator<GoFloat> real)
      throws BuiltinFault {
    pay(context, x, y);
    BigInteger i = Numerals.whole(x);
    BigInteger j = i == null ? null : Numerals.whole(y);
    return i != null && j != null
        ? Numerals.of(exact.apply(i, j))
        : Numerals.of(real.apply(Numerals.real(x), Numerals.real(y)));
  }

  private static Value div(Calling context, Value a, Value b) throws BuiltinFault {
    var x = (NumberValue) a;
    var y = (NumberValue) b;
    if (x.isLong() && y.isLong()) {
      long dividend = x.longValue();
      long divisor = y.longValue();
      if (divisor == 0) throw new BuiltinFault("divide by zero");
      // the largest negative one has no positive twin; nothing by something may be minus nothing
      if (dividend != 0 && dividend != Long.MIN_VALUE && dividend % divisor == 0)
        return NumberValue.of(dividend / divisor);
    }
    pay(context, x, y);
    GoFloat divisor = Numerals.real(y);
    if (divisor.isZero()) throw new BuiltinFault("divide by zero");
    return Numerals.of(Numerals.real(x).over(divisor));
  }

  private static Value rem(Calling context, Value a, Value b) throws BuiltinFault {
    var x = (NumberValue) a;
    var y = (NumberValue) b;
    if (x.isLong() && y.isLong() && y.longValue() != 0)
      return NumberValue.of(x.longValue() % y.longValue());
    pay(context, x, y);
    BigInteger i = Numerals.whole(x);
    BigInteger j = i == null ? null : Numerals.whole(y);
    if (i == null || j == null) throw new BuiltinFault("modulo on floating-point number");
    if (j.signum() == 0) throw new BuiltinFault("modulo by zero");
    return Numerals.of(i.remainder(j));
  }

  /** Digits cost, and so do zeros that an exponent stands for. */
  private static void pay(Calling context, NumberValue x, NumberValue y) {
    context.spend(1 + cost(x) + cost(y));
  }

  static long cost(NumberValue number) {
    if (number.isLong()) return 0;
    return number.decimal().precision() + Math.abs((long) number.decimal().scale());
  }

  private static Builtin unary(String name, UnaryOperator<GoFloat> real, boolean sign) {
    return Builtin.of(
        name,
        "number -> number",
        (context, a) -> {
          var number = (NumberValue) a[0];
          if (number.isLong() && number.longValue() != Long.MIN_VALUE)
            return sign ? NumberValue.of(Math.abs(number.longValue())) : number;
          context.spend(1 + cost(number));
          return Numerals.of(real.apply(Numerals.real(number)));
        });
  }

  private static GoFloat round(GoFloat a) {
    GoFloat half = GoFloat.HALF;
    return GoFloat.of((a.negative() ? a.minus(half) : a.plus(half)).truncated());
  }

  /** Gives 1 for -0.5, since a whole part of zero has no sign: so does the reference. */
  private static GoFloat ceil(GoFloat a) {
    GoFloat whole = GoFloat.of(a.truncated());
    return whole.negative() || a.isInteger() ? whole : whole.plus(GoFloat.ONE);
  }

  /** Gives 0 for -0.5, since a whole part of zero has no sign: so does the reference. */
  private static GoFloat floor(GoFloat a) {
    GoFloat whole = GoFloat.of(a.truncated());
    return !whole.negative() || a.isInteger() ? whole : whole.minus(GoFloat.ONE);
  }
}
