package dev.theca.rego.builtin;

import dev.theca.rego.builtin.GoFloatText.Decimal;

/**
 * Lays out decimal digits as Go's {@code strconv} does for {@code %f}, {@code %e} and {@code %g}.
 */
final class Digits {
  private Digits() {}

  /** {@code 123.450}, with so many places. */
  static String fixed(Decimal value, int places) {
    var out = new StringBuilder();
    for (int i = 0; i < value.power(); i++) out.append((char) value.at(i));
    if (out.isEmpty()) out.append('0');
    if (places > 0) out.append('.');
    for (int i = 0; i < places; i++) {
      int at = value.power() + i;
      out.append(at < 0 ? '0' : (char) value.at(at));
    }
    return out.toString();
  }

  /** {@code 1.2345e+02}, with so many places. */
  static String scientific(Decimal value, int places, char letter) {
    var out = new StringBuilder();
    out.append((char) value.at(0));
    if (places > 0) out.append('.');
    for (int i = 1; i <= places; i++) out.append((char) value.at(i));
    int power = value.digits().isEmpty() ? 0 : value.power() - 1;
    out.append(letter).append(power < 0 ? '-' : '+');
    if (Math.abs(power) < 10) out.append('0');
    return out.append(Math.abs(power)).toString();
  }

  /** The shorter of the two: an exponent below -4, or at least the limit, is written. */
  static String general(Decimal value, int limit, char letter) {
    int power = value.power() - 1;
    int count = value.digits().length();
    if (count > 0 && (power < -4 || power >= limit)) return scientific(value, count - 1, letter);
    return fixed(value, Math.max(count - value.power(), 0));
  }
}
