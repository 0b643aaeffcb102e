package dev.theca.rego.value;

import java.math.BigDecimal;

/** Floats of 64 bits in their shortest digits, in the forms that Go gives them. */
public final class ShortFloat {
  private ShortFloat() {}

  /** As Go's encoder of JSON writes it. The value is finite. */
  public static String json(double value) {
    if (value == 0) return 1 / value < 0 ? "-0" : "0";
    return of(new BigDecimal(Double.toString(value)), -6, 21).replace("e-0", "e-");
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
