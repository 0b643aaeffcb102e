package dev.theca.wire.json;

import java.math.BigDecimal;

/**
 * Numbers as ECMAScript prints them (ECMA-262, Number::toString, radix 10), which RFC 8785 3.2.2.3
 * requires.
 */
final class EcmaNumber {
  private EcmaNumber() {}

  static String format(JsonNumber number) {
    double value = Double.parseDouble(number.literal());
    if (Double.isInfinite(value))
      throw new IllegalArgumentException("no IEEE 754 double: " + number.literal());
    if (value == 0) return "0";
    String sign = value < 0 ? "-" : "";
    var shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
    String digits = shortest.unscaledValue().toString();
    int k = digits.length();
    int n = k - shortest.scale(); // the value is 0.digits times ten to the n
    if (k <= n && n <= 21) return sign + digits + "0".repeat(n - k);
    if (0 < n && n <= 21) return sign + digits.substring(0, n) + "." + digits.substring(n);
    if (-6 < n && n <= 0) return sign + "0." + "0".repeat(-n) + digits;
    String exponent = (n > 0 ? "e+" : "e-") + Math.abs(n - 1);
    return sign + digits.charAt(0) + (k > 1 ? "." + digits.substring(1) : "") + exponent;
  }
}
