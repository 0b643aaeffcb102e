package dev.theca.rego.builtin;

import dev.theca.rego.builtin.printing.Digits;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The shortest decimal that reads back as the same {@link GoFloat}: Go's {@code Text('g', -1)}, and
 * {@code 'f'} for integers. Shortest is meant digit by digit, as Go does it: not always the
 * nearest.
 */
final class GoFloatText {
  private GoFloatText() {}

  /** Significant digits; the value is 0.digits times ten to the power. */
  record Decimal(String digits, int power) {
    static Decimal of(BigInteger mantissa, int exponent) {
      BigDecimal exact = new BigDecimal(mantissa);
      exact =
          exponent >= 0
              ? new BigDecimal(mantissa.shiftLeft(exponent))
              : exact.multiply(new BigDecimal(BigInteger.valueOf(5).pow(-exponent), -exponent));
      String digits = exact.unscaledValue().toString();
      return trimmed(digits, digits.length() - exact.scale());
    }

    private static Decimal trimmed(String digits, int power) {
      int end = digits.length();
      while (end > 0 && digits.charAt(end - 1) == '0') end--;
      return new Decimal(digits.substring(0, end), end == 0 ? 0 : power);
    }

    int at(int i) {
      return i < digits.length() ? digits.charAt(i) : '0';
    }

    Decimal down(int count) {
      return count >= digits.length() ? this : trimmed(digits.substring(0, count), power);
    }

    Decimal up(int count) {
      if (count >= digits.length()) return this;
      int last = count;
      while (last > 0 && digits.charAt(last - 1) == '9') last--;
      if (last == 0) return new Decimal("1", power + 1);
      return new Decimal(
          digits.substring(0, last - 1) + (char) (digits.charAt(last - 1) + 1), power);
    }

    /** To nearest, a tie to even. */
    Decimal rounded(int count) {
      if (count >= digits.length()) return this;
      if (digits.charAt(count) == '5' && count + 1 == digits.length())
        return count > 0 && (digits.charAt(count - 1) - '0') % 2 != 0 ? up(count) : down(count);
      return digits.charAt(count) >= '5' ? up(count) : down(count);
    }
  }

  /** As Open Policy Agent writes a result. */
  static String of(GoFloat value) {
    String sign = value.negative() ? "-" : "";
    if (value.isZero()) return sign + "0";
    Decimal shortest = shortest(value);
    var digits = new Digits(shortest.digits(), shortest.power());
    return sign + (value.isInteger() ? digits.plain(0) : digits.general(6, 'e'));
  }

  private static Decimal shortest(GoFloat value) {
    // one bit more than the mantissa has, so that one is half of the last place
    int shift = value.precision() + 1 - value.mantissa().bitLength();
    BigInteger mantissa = value.mantissa().shiftLeft(shift);
    int exponent = value.exponent() - shift;
    Decimal exact = Decimal.of(value.mantissa(), value.exponent());
    Decimal lower = Decimal.of(mantissa.subtract(BigInteger.ONE), exponent);
    Decimal upper = Decimal.of(mantissa.add(BigInteger.ONE), exponent);
    boolean inclusive = !mantissa.testBit(1);
    for (int i = 0; i < exact.digits().length(); i++) {
      int digit = exact.at(i);
      int low = lower.at(i);
      int high = upper.at(i);
      boolean down = low != digit || inclusive && i + 1 == lower.digits().length();
      boolean up =
          digit != high && (inclusive || digit + 1 < high || i + 1 < upper.digits().length());
      if (down && up) return exact.rounded(i + 1);
      if (down) return exact.down(i + 1);
      if (up) return exact.up(i + 1);
    }
    return exact;
  }
}
