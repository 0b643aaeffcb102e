package dev.theca.rego.builtin.printing;

import java.util.Locale;

/** Numbers with a fraction, as Go's {@code strconv} and {@code fmt} write them. */
final class FloatText {
  private FloatText() {}

  /** False for a verb that such numbers do not have. */
  static boolean print(Layout layout, double value, int verb) {
    char form =
        switch (verb) {
          case 'v' -> 'g';
          case 'F' -> 'f';
          case 'b', 'e', 'E', 'f', 'g', 'G', 'x', 'X' -> (char) verb;
          default -> 0;
        };
    if (form == 0) return false;
    int precision = form == 'e' || form == 'E' || form == 'f' ? 6 : -1;
    if (layout.hasPrecision) precision = layout.precision;
    layout.spend(32L + Math.max(0, precision));
    String text = text(Math.abs(value), form, precision);
    if (layout.sharp && form != 'b') text = sharpened(text, form, precision);
    boolean negative = Double.doubleToRawLongBits(value) < 0;
    char sign = negative ? '-' : layout.space && !layout.plus ? ' ' : '+';
    if (!layout.plus && sign == '+') {
      layout.padded(text);
      return true;
    }
    if (layout.zero && !layout.minus && layout.hasWidth && layout.width > text.length() + 1) {
      layout.append(String.valueOf(sign));
      layout.padding(layout.width - text.length() - 1);
      layout.append(text);
    } else layout.padded(sign + text);
    return true;
  }

  /** A number that is not negative; precision -1 is as many digits as tell it from others. */
  static String text(double value, char form, int precision) {
    return switch (form) {
      case 'b' -> binary(value);
      case 'x' -> hexadecimal(value, precision);
      case 'X' -> hexadecimal(value, precision).toUpperCase(Locale.ROOT);
      case 'f' ->
          (precision < 0 ? Digits.shortest(value) : Digits.ofScale(value, precision))
              .plain(precision);
      case 'e', 'E' ->
          (precision < 0 ? Digits.shortest(value) : Digits.ofCount(value, precision + 1L))
              .scientific(form, precision);
      default -> general(value, form, precision);
    };
  }

  /** An exponent below -4, or as large as the precision, asks for the scientific form. */
  private static String general(double value, char form, int precision) {
    char letter = form == 'G' ? 'E' : 'e';
    if (precision < 0) return Digits.shortest(value).general(6, letter);
    int wanted = Math.max(1, precision);
    Digits digits = Digits.ofCount(value, wanted);
    int count = digits.count();
    int most = wanted;
    if (most > count && count >= digits.point()) most = count;
    int exponent = digits.point() - 1;
    if (exponent < -4 || exponent >= most)
      return digits.scientific(letter, Math.min(wanted, count) - 1);
    int left = wanted > digits.point() ? count : wanted;
    return digits.plain(Math.max(left - digits.point(), 0));
  }

  private static String binary(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >> 52);
    long mantissa = bits & (1L << 52) - 1;
    if (exponent == 0) exponent++;
    else mantissa |= 1L << 52;
    exponent -= 1023 + 52;
    return mantissa + "p" + (exponent >= 0 ? "+" : "") + exponent;
  }

  private static String hexadecimal(double value, int precision) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = Math.max(1, (int) (bits >> 52)) - 1023;
    long mantissa = bits & (1L << 52) - 1;
    if (bits >> 52 != 0) mantissa |= 1L << 52;
    if (mantissa == 0) exponent = 0;
    // the leading one at bit 60
    mantissa <<= 8;
    while (mantissa != 0 && (mantissa & 1L << 60) == 0) {
      mantissa <<= 1;
      exponent--;
    }
    if (precision >= 0 && precision < 15) {
      int shift = 4 * precision;
      long rest = mantissa << shift & (1L << 60) - 1;
      mantissa >>>= 60 - shift;
      if ((rest | mantissa & 1) > 1L << 59) mantissa++;
      mantissa <<= 60 - shift;
      if ((mantissa & 1L << 61) != 0) {
        mantissa >>>= 1;
        exponent++;
      }
    }
    var out = new StringBuilder("0x").append(mantissa >>> 60 & 1);
    mantissa <<= 4;
    if (precision > 0 || precision < 0 && mantissa != 0) out.append('.');
    for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; i++) {
      out.append(Character.forDigit((int) (mantissa >>> 60), 16));
      mantissa <<= 4;
    }
    return out.append('p').append(Digits.exponent(exponent)).toString();
  }

  /** {@code #} asks for a decimal point, and for the zeros that the general form leaves out. */
  private static String sharpened(String text, char form, int precision) {
    int missing = 0;
    if (form == 'g' || form == 'G' || form == 'x') missing = precision < 0 ? 6 : precision;
    boolean hex = form == 'x' || form == 'X';
    boolean point = false;
    boolean significant = false;
    int end = 0;
    for (; end < text.length(); end++) {
      char c = text.charAt(end);
      if (c == 'p' || c == 'P' || !hex && (c == 'e' || c == 'E')) break;
      if (c == '.') point = true;
      else {
        significant |= c != '0';
        if (significant) missing--;
      }
    }
    var out = new StringBuilder(text.substring(0, end));
    if (!point) {
      if (out.length() == 1 && out.charAt(0) == '0') missing--;
      out.append('.');
    }
    return out.repeat('0', Math.max(0, missing)).append(text, end, text.length()).toString();
  }
}
