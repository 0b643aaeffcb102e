package dev.theca.rego.builtin.printing;

import dev.theca.rego.value.ShortFloat;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Decimal digits of a number that is not negative, without zeros at either end.
 *
 * @param digits none for zero
 * @param point how many digits stand before the point; may be negative or beyond the digits
 */
public record Digits(String digits, int point) {
  /** No double has more digits behind the point, nor more that count. */
  private static final int MOST = 1_100;

  int count() {
    return digits.length();
  }

  /** As few as tell it from its neighbours, the nearest of those. */
  static Digits shortest(double value) {
    return of(ShortFloat.shortest(value));
  }

  /** So many digits. */
  static Digits ofCount(double value, long count) {
    int digits = (int) Math.min(count, MOST);
    return of(new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN)));
  }

  /** So many digits behind the point. */
  static Digits ofScale(double value, int scale) {
    return of(new BigDecimal(value).setScale(Math.min(scale, MOST), RoundingMode.HALF_EVEN));
  }

  private static Digits of(BigDecimal decimal) {
    if (decimal.signum() == 0) return new Digits("", 0);
    var bare = decimal.stripTrailingZeros();
    return new Digits(bare.unscaledValue().toString(), bare.precision() - bare.scale());
  }

  private char digit(int index) {
    return index >= 0 && index < digits.length() ? digits.charAt(index) : '0';
  }

  /** {@code 123.40}: so many places behind the point, or as many as there are. */
  public String plain(int places) {
    int behind = places < 0 ? Math.max(digits.length() - point, 0) : places;
    var out = new StringBuilder();
    if (point <= 0) out.append('0');
    for (int i = 0; i < point; i++) out.append(digit(i));
    if (behind > 0) out.append('.');
    for (int i = 0; i < behind; i++) out.append(digit(point + i));
    return out.toString();
  }

  /** {@code 1.2340e+02}. */
  String scientific(char letter, int places) {
    int behind = places < 0 ? digits.length() - 1 : places;
    var out = new StringBuilder().append(digit(0));
    if (behind > 0) out.append('.');
    for (int i = 1; i <= behind; i++) out.append(digit(i));
    return out.append(letter).append(exponent(digits.isEmpty() ? 0 : point - 1)).toString();
  }

  /** The shorter of the two: an exponent below -4, or at least the limit, is written. */
  public String general(int limit, char letter) {
    int exponent = point - 1;
    return exponent < -4 || exponent >= limit ? scientific(letter, -1) : plain(-1);
  }

  /** With its sign and two digits or more. */
  static String exponent(int value) {
    int size = Math.abs(value);
    return (value < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
  }
}
