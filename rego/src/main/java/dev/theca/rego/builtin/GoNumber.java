package dev.theca.rego.builtin;

import dev.theca.rego.builtin.printing.Quoted;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.NumberValue;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Numbers as Go's {@code ParseFloat} takes them: beside what JSON knows a leading plus, a missing
 * digit on one side of the point, zeros in front, and hexadecimal with a binary exponent.
 */
final class GoNumber {
  private GoNumber() {}

  static NumberValue parse(String text) throws BuiltinFault {
    if (text.length() > NumberValue.MAX_CHARS) throw Numerals.tooLarge();
    int from = !text.isEmpty() && "+-".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
    boolean hex = text.startsWith("0x", from) || text.startsWith("0X", from);
    if (!(hex ? isHex(text, from + 2) : isDecimal(text, from)))
      throw refused(text, "invalid syntax");
    try {
      NumberValue number = hex ? NumberValue.parse(hex(text)) : decimal(text);
      // what a float64 cannot hold is refused, though it is kept as it is written
      if (!Double.isInfinite(number.decimal().doubleValue())) return number;
    } catch (NumberFormatException e) {
      throw refused(text, "value out of range");
    }
    throw refused(text, "value out of range");
  }

  private static NumberValue decimal(String text) {
    int digit = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
    boolean plain = digit < text.length() && text.charAt(0) != '+' && text.charAt(digit) != '.';
    boolean zeros = text.startsWith("0", digit) && digit + 1 < text.length();
    if (zeros) zeros = Character.isDigit(text.charAt(digit + 1));
    int point = text.indexOf('.');
    boolean bare = point >= 0 && !(point + 1 < text.length() && isDigit(text.charAt(point + 1)));
    if (plain && !zeros && !bare) return NumberValue.parse(text);
    // what JSON could not write again is kept as the number that it is
    var value = new BigDecimal(text);
    if (Math.abs((long) value.scale()) > NumberValue.MAX_EXPONENT)
      throw new NumberFormatException();
    return NumberValue.parse(value.signum() == 0 ? "0" : value.toPlainString());
  }

  private static boolean isDecimal(String text, int from) {
    int at = from;
    int digits = 0;
    boolean point = false;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (isDigit(c)) digits++;
      else if (c == '.' && !point) point = true;
      else break;
    }
    return digits > 0 && (at == text.length() || isExponent(text, at, 'e'));
  }

  private static boolean isHex(String text, int from) {
    int at = from;
    int digits = 0;
    boolean point = false;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c < 128 && Character.digit(c, 16) >= 0) digits++;
      else if (c == '.' && !point) point = true;
      else break;
    }
    return digits > 0 && at < text.length() && isExponent(text, at, 'p');
  }

  private static boolean isExponent(String text, int at, char letter) {
    if ((text.charAt(at) | 0x20) != letter) return false;
    int from = at + 1;
    if (from < text.length() && "+-".indexOf(text.charAt(from)) >= 0) from++;
    if (from == text.length()) return false;
    for (int i = from; i < text.length(); i++) if (!isDigit(text.charAt(i))) return false;
    return true;
  }

  private static String hex(String text) {
    int exponentAt = Math.max(text.indexOf('p'), text.indexOf('P'));
    int start = text.indexOf('x') + text.indexOf('X') + 2;
    String mantissa = text.substring(start, exponentAt);
    int point = mantissa.indexOf('.');
    int places = point < 0 ? 0 : mantissa.length() - point - 1;
    var digits = new BigInteger(mantissa.replace(".", ""), 16);
    long exponent = Integer.parseInt(text.substring(exponentAt + 1)) - 4L * places;
    if (Math.abs(exponent) > Numerals.MAX_BITS) throw new NumberFormatException();
    if (text.startsWith("-")) digits = digits.negate();
    var value = new BigDecimal(digits);
    return (exponent >= 0
            ? value.multiply(BigDecimal.TWO.pow((int) exponent))
            : value.divide(BigDecimal.TWO.pow((int) -exponent)))
        .toPlainString();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static BuiltinFault refused(String text, String why) {
    return new BuiltinFault("strconv.ParseFloat: parsing " + Quoted.text(text, false) + ": " + why);
  }
}
