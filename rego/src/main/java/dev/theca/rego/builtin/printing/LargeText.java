package dev.theca.rego.builtin.printing;

import java.math.BigInteger;
import java.util.Locale;
import java.util.StringJoiner;

/** Integers beyond a machine word, which have rules of their own. */
final class LargeText {
  private LargeText() {}

  static void print(Layout layout, BigInteger value, int verb) {
    int base =
        switch (verb) {
          case 'b' -> 2;
          case 'o', 'O' -> 8;
          case 'd', 's', 'v' -> 10;
          case 'x', 'X' -> 16;
          default -> 0;
        };
    // a digit of base two for every bit, and conversion costs more than its digits
    layout.spend(1 + value.bitLength());
    if (base == 0) {
      layout.append("%!" + Printer.rune(verb) + "(big.Int=" + value + ")");
      return;
    }
    String sign = "";
    if (value.signum() < 0) sign = "-";
    else if (layout.plus || layout.plusV) sign = "+";
    else if (layout.space) sign = " ";
    String head = sign + prefix(layout.sharp || layout.sharpV, verb);
    String digits = value.abs().toString(base);
    if (verb == 'X') digits = digits.toUpperCase(Locale.ROOT);
    int zeros = layout.hasPrecision ? Math.max(0, layout.precision - digits.length()) : 0;
    int missing = layout.hasWidth ? layout.width - head.length() - zeros - digits.length() : 0;
    boolean filled = missing > 0 && !layout.minus && layout.zero && !layout.hasPrecision;
    if (filled) zeros = missing;
    layout.spend(1 + zeros);
    layout.spaced(head + "0".repeat(zeros) + digits);
  }

  private static String prefix(boolean sharp, int verb) {
    if (verb == 'O') return "0o";
    if (!sharp) return "";
    return switch (verb) {
      case 'b' -> "0b";
      case 'o' -> "0";
      case 'x' -> "0x";
      case 'X' -> "0X";
      default -> "";
    };
  }

  /** What Go shows of one that it may not ask: the sign, and words of 64 bits. */
  static String words(BigInteger value) {
    var words = new StringJoiner(" ", "[", "]");
    for (BigInteger rest = value.abs(); rest.signum() > 0; rest = rest.shiftRight(64))
      words.add(Long.toUnsignedString(rest.longValue()));
    return "&{" + (value.signum() < 0) + " " + words + "}";
  }
}
