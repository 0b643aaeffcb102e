package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.Value;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Numbers of policies as the number types of Go, and back. */
final class Numerals {
  /** Integers beyond this are longer than a {@link NumberValue} may be. */
  static final int MAX_BITS = 33_300;

  private Numerals() {}

  /** A number written as an integer of 64 bits, which {@code 1.0} and {@code 1e3} are not. */
  static @Nullable Long asLong(NumberValue number) {
    if (number.isLong()) return number.longValue();
    BigInteger whole = written(number);
    return whole == null || whole.bitLength() > 63 ? null : (Long) whole.longValue();
  }

  /** A number written as an integer, null where it has a point or an exponent. */
  static @Nullable BigInteger written(NumberValue number) {
    if (number.isLong()) return BigInteger.valueOf(number.longValue());
    String literal = number.literal();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c == '.' || c == 'e' || c == 'E') return null;
    }
    return number.decimal().toBigIntegerExact();
  }

  /** An integer however it is written, null where it has a fraction. */
  static @Nullable BigInteger whole(NumberValue number) {
    BigInteger written = written(number);
    if (written != null) return written;
    return number.isInteger() ? number.decimal().toBigIntegerExact() : null;
  }

  static BigInteger whole(Value operand, int place) throws BuiltinFault {
    BigInteger whole = whole((NumberValue) operand);
    if (whole != null) return whole;
    throw BuiltinFault.operand(
        "operand " + place + " must be integer number but got floating-point number");
  }

  /** As a float of 64 bits of mantissa. */
  static GoFloat real(NumberValue number) {
    return GoFloat.of(number.decimal(), number.literal().startsWith("-"));
  }

  static NumberValue of(GoFloat value) throws BuiltinFault {
    if (Math.abs(value.magnitude()) > MAX_BITS) throw tooLarge();
    return read(GoFloatText.of(value));
  }

  static NumberValue of(BigInteger value) throws BuiltinFault {
    if (value.bitLength() > MAX_BITS) throw tooLarge();
    return NumberValue.of(value);
  }

  private static NumberValue read(String literal) throws BuiltinFault {
    try {
      return NumberValue.parse(literal);
    } catch (NumberFormatException e) {
      throw tooLarge();
    }
  }

  static BuiltinFault tooLarge() {
    return new BuiltinFault("number out of range");
  }
}
