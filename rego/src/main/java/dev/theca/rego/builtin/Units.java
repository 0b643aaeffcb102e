package dev.theca.rego.builtin;

import dev.theca.rego.spi.Builtin;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.Calling;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** {@code units.parse} and {@code units.parse_bytes}: amounts with a unit such as {@code 10Mi}. */
final class Units {
  /** Digits of an exponent beyond which the reference refuses. */
  private static final int EXPONENT_DIGITS = 6;

  /** Fractions are given with so many places. */
  private static final int PLACES = 10;

  /** Thousands and their binary kin, in order of size. */
  private static final String PREFIXES = "kmgtpe";

  /** A thousandth is the nearest float, not the exact one. */
  @SuppressWarnings("BigDecimalLiteralDouble")
  private static final BigDecimal MILLI = new BigDecimal(0.001);

  private Units() {}

  static List<Builtin> list() {
    return List.of(
        Builtin.of("units.parse", "string -> number", (c, a) -> units(c, a[0])),
        Builtin.of("units.parse_bytes", "string -> number", (c, a) -> bytes(c, a[0])));
  }

  private record Amount(String number, String unit) {}

  private static Value units(Calling context, Value operand) throws BuiltinFault {
    Amount amount = amount(context, ((TextValue) operand).text(), "units.parse: ", "amount");
    String unit = amount.unit();
    // m is a thousandth, M a million; beyond the first letter case makes no difference
    if (unit.length() > 1) unit = unit.charAt(0) + unit.substring(1).toLowerCase(Locale.ROOT);
    BigDecimal factor = factor(unit);
    BigDecimal product = decimal(amount.number(), "units.parse: ", "amount").multiply(factor);
    long size = (long) product.precision() - product.scale();
    if (size > NumberValue.MAX_EXPONENT) throw new BuiltinFault("units.parse: exponent too large");
    if (size < -PLACES) product = BigDecimal.valueOf(product.signum(), PLACES + 1);
    BigDecimal whole = product.signum() == 0 ? BigDecimal.ZERO : product.stripTrailingZeros();
    if (whole.scale() <= 0) return Numerals.of(whole.toBigInteger());
    BigDecimal places = product.setScale(PLACES, RoundingMode.HALF_UP);
    String sign = product.signum() < 0 && places.signum() == 0 ? "-" : "";
    return NumberValue.parse(sign + places.toPlainString());
  }

  private static BigDecimal factor(String unit) throws BuiltinFault {
    if (unit.isEmpty()) return BigDecimal.ONE;
    if (unit.equals("m")) return MILLI;
    char first = unit.charAt(0);
    // a capital M of one letter is mega, and all other letters go either way
    int power = PREFIXES.indexOf(first | 0x20) + 1;
    if (first < 128 && power > 0) {
      if (unit.length() == 1) return BigDecimal.TEN.pow(3 * power);
      if (unit.substring(1).equals("i"))
        return new BigDecimal(BigInteger.ONE.shiftLeft(10 * power));
    }
    throw new BuiltinFault("units.parse: unit " + unit + " not recognized");
  }

  private static Value bytes(Calling context, Value operand) throws BuiltinFault {
    String text = ((TextValue) operand).text().toLowerCase(Locale.ROOT);
    Amount amount = amount(context, text, "units.parse_bytes: ", "byte amount");
    BigInteger factor = byteFactor(amount.unit());
    BigDecimal number = decimal(amount.number(), "units.parse_bytes: ", "byte amount");
    if ((long) number.precision() - number.scale() > NumberValue.MAX_EXPONENT)
      throw new BuiltinFault("units.parse_bytes: exponent too large");
    GoFloat value = GoFloat.of(number, number.signum() < 0);
    return Numerals.of(value.times(GoFloat.of(factor)).truncated());
  }

  private static BigInteger byteFactor(String unit) throws BuiltinFault {
    if (unit.isEmpty()) return BigInteger.ONE;
    int power = PREFIXES.indexOf(unit.charAt(0)) + 1;
    if (power > 0) {
      switch (unit.substring(1)) {
        case "", "b" -> {
          return BigInteger.TEN.pow(3 * power);
        }
        case "i", "ib" -> {
          return BigInteger.ONE.shiftLeft(10 * power);
        }
        default -> {}
      }
    }
    throw new BuiltinFault("units.parse_bytes: byte unit " + unit + " not recognized");
  }

  /** Where the number ends and the unit begins: {@code 1e3} is a number, {@code 1e} has a unit. */
  private static Amount amount(Calling context, String raw, String name, String what)
      throws BuiltinFault {
    context.spend(raw.length() / 8 + 1);
    String text = raw.replace("\"", "");
    if (text.indexOf(' ') >= 0)
      throw new BuiltinFault(name + "spaces not allowed in resource strings");
    int end = numberEnd(text, name);
    if (end == 0) throw new BuiltinFault(name + "no " + what + " provided");
    return new Amount(text.substring(0, end), text.substring(end));
  }

  private static int numberEnd(String text, String name) throws BuiltinFault {
    int skipped = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && ".eE+-".indexOf(c) < 0) return i;
      if ((c != 'e' && c != 'E') || i < skipped) continue;
      char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      if (!isDigit(next) && next != '+' && next != '-') return i;
      int from = isDigit(next) ? i + 1 : i + 2;
      int to = from;
      while (to < text.length() && isDigit(text.charAt(to))) to++;
      if (to - from > EXPONENT_DIGITS) throw new BuiltinFault(name + "exponent too large");
      skipped = to;
    }
    return text.length();
  }

  private static BigDecimal decimal(String number, String name, String what) throws BuiltinFault {
    try {
      // Go takes no exponent without a digit before it, and neither does Java
      if (number.length() <= NumberValue.MAX_CHARS) return new BigDecimal(number);
    } catch (NumberFormatException e) {
      // said below
    }
    throw new BuiltinFault(name + "could not parse " + what + " to a number");
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
