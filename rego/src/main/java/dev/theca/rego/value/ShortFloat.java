package dev.theca.rego.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Floats of 64 bits in their shortest digits, in the forms that Go gives them. */
public final class ShortFloat {
  private ShortFloat() {}

  /** As Go's encoder of JSON writes it. The value is finite. */
  public static String json(double value) {
    if (value == 0) return 1 / value < 0 ? "-0" : "0";
    return of(shortest(value), -6, 21).replace("e-0", "e-");
  }

  /** As few digits as tell a finite value from its neighbours. */
  public static BigDecimal shortest(double value) {
    var decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (decimal.precision() != 2) return decimal;
    // the JDK never gives less than two, where one may do
    var one = new BigDecimal(value).round(new MathContext(1, RoundingMode.HALF_EVEN));
    return one.doubleValue() == value ? one : decimal;
  }

  /** Digits with an exponent below the low power of ten and from the high one on. */
  public static String of(BigDecimal value, int low, int high) {
    if (value.signum() == 0) return "0";
    BigDecimal exact = value.stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= low && exponent < high) return exact.toPlainString();
    String digits = exact.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return (exact.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
