package dev.theca.rego.builtin;

import dev.theca.rego.builtin.GoFloatText.Decimal;
import java.math.BigInteger;
import java.util.Locale;

/** A {@code float64} as Go's {@code strconv.FormatFloat} writes it. */
final class GoDouble {
  private static final int MANTISSA_BITS = 52;

  private GoDouble() {}

  /** A finite number by one of {@code b e E f g G x X}; -1 is the shortest that reads back. */
  static String of(double value, char verb, int precision) {
    long bits = Double.doubleToRawLongBits(value);
    long mantissa = bits & (1L << MANTISSA_BITS) - 1;
    int exponent = (int) (bits >>> MANTISSA_BITS) & 0x7FF;
    if (exponent == 0) exponent = 1;
    else mantissa |= 1L << MANTISSA_BITS;
    exponent -= 1023 + MANTISSA_BITS;
    String sign = bits < 0 ? "-" : "";
    return sign
        + switch (verb) {
          case 'b' -> mantissa + "p" + (exponent < 0 ? "" : "+") + exponent;
          case 'x', 'X' -> hex(mantissa, exponent, precision, verb);
          default -> decimal(Math.abs(value), mantissa, exponent, verb, precision);
        };
  }

  private static String decimal(
      double value, long mantissa, int exponent, char verb, int precision) {
    boolean general = verb == 'g' || verb == 'G';
    Decimal digits;
    if (precision < 0) {
      digits = shortest(value);
    } else {
      Decimal exact = Decimal.of(BigInteger.valueOf(mantissa), exponent);
      int keep = general ? Math.max(1, precision) : precision + 1;
      if (verb == 'f') keep = exact.power() + precision;
      digits = keep < 0 ? new Decimal("", 0) : exact.rounded(keep);
    }
    int count = digits.digits().length();
    if (verb == 'f')
      return Digits.fixed(digits, precision < 0 ? Math.max(count - digits.power(), 0) : precision);
    if (!general)
      return Digits.scientific(digits, precision < 0 ? Math.max(count - 1, 0) : precision, verb);
    int limit = Math.max(1, precision);
    if (limit > count && count >= digits.power()) limit = count;
    if (precision < 0) limit = 6;
    return Digits.general(digits, limit, verb == 'g' ? 'e' : 'E');
  }

  /** Java writes two digits where one would do. */
  private static Decimal shortest(double value) {
    if (value == 0) return new Decimal("", 0);
    var exact = new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = exact.unscaledValue().toString();
    var found = new Decimal(digits, digits.length() - exact.scale());
    if (digits.length() != 2) return found;
    Decimal one = found.rounded(1);
    return Double.parseDouble("0." + one.digits() + "e" + one.power()) == value ? one : found;
  }

  private static String hex(long whole, int power, int precision, char verb) {
    long mantissa = whole;
    int exponent = mantissa == 0 ? 0 : power + 60;
    // the leading one at bit 60, so that 15 digits of four bits follow it
    if (mantissa != 0) {
      int shift = Long.numberOfLeadingZeros(mantissa) - 3;
      mantissa <<= shift;
      exponent -= shift;
    }
    if (precision >= 0 && precision < 15) {
      int drop = 60 - 4 * precision;
      long extra = mantissa & (1L << drop) - 1;
      mantissa >>>= drop;
      long half = 1L << drop - 1;
      if (extra > half || extra == half && (mantissa & 1) != 0) mantissa++;
      mantissa <<= drop;
      if ((mantissa & 1L << 61) != 0) {
        mantissa >>>= 1;
        exponent++;
      }
    }
    var out = new StringBuilder("0x").append(mantissa >>> 60);
    String digits = Long.toHexString(mantissa & (1L << 60) - 1 | 1L << 60).substring(1);
    int count = 15;
    while (precision < 0 && count > 0 && digits.charAt(count - 1) == '0') count--;
    if (precision >= 0) count = precision;
    if (count > 0) out.append('.').append(digits, 0, Math.min(count, 15));
    out.repeat('0', Math.max(0, count - 15));
    out.append('p').append(exponent < 0 ? '-' : '+');
    if (Math.abs(exponent) < 10) out.append('0');
    out.append(Math.abs(exponent));
    return verb == 'X' ? out.toString().toUpperCase(Locale.ROOT) : out.toString();
  }

  /** The sharp flag: always a point, and for {@code %g} no zeros taken away. */
  static String pointed(String digits, int verb, int precision) {
    boolean hex = verb == 'x' || verb == 'X';
    int missing = 0;
    if (verb == 'v' || verb == 'g' || verb == 'G' || verb == 'x')
      missing = precision < 0 ? 6 : precision;
    int tailAt = digits.length();
    boolean point = false;
    boolean counted = false;
    for (int i = 0; i < tailAt; i++) {
      char c = digits.charAt(i);
      if (c == '.') {
        point = true;
      } else if (c == 'p' || c == 'P' || !hex && (c == 'e' || c == 'E')) {
        tailAt = i;
      } else {
        if (c != '0') counted = true;
        if (counted) missing--;
      }
    }
    var out = new StringBuilder(digits).delete(tailAt, digits.length());
    if (!point) {
      if (out.length() == 1 && out.charAt(0) == '0') missing--;
      out.append('.');
    }
    return out.repeat('0', Math.max(0, missing)).append(digits, tailAt, digits.length()).toString();
  }
}
