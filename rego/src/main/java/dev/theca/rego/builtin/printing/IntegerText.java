package dev.theca.rego.builtin.printing;

import java.util.Locale;

/** Integers of a machine word. */
final class IntegerText {
  private final Layout layout;

  IntegerText(Layout layout) {
    this.layout = layout;
  }

  /** False for a verb that integers do not have. */
  boolean print(long value, int verb) {
    switch (verb) {
      case 'v', 'd' -> digits(value, 10, verb);
      case 'b' -> digits(value, 2, verb);
      case 'o', 'O' -> digits(value, 8, verb);
      case 'x', 'X' -> digits(value, 16, verb);
      case 'c' -> layout.padded(Character.toString(Quoted.valid(value)));
      case 'q' -> layout.padded(Quoted.character(Quoted.valid(value), layout.plus));
      case 'U' -> unicode(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void digits(long value, int base, int verb) {
    boolean plain = !layout.hasWidth && !layout.hasPrecision && !layout.plus && !layout.space;
    if (plain && base == 10) {
      layout.append(Long.toString(value));
      return;
    }
    if (layout.hasPrecision && layout.precision == 0 && value == 0) {
      // nothing but the width
      layout.spaced("");
      return;
    }
    boolean signed = value < 0 || layout.plus || layout.space;
    String digits = Long.toUnsignedString(value < 0 ? -value : value, base);
    if (verb == 'X') digits = digits.toUpperCase(Locale.ROOT);
    int least = 0;
    if (layout.hasPrecision) least = layout.precision;
    else if (layout.zero && !layout.minus && layout.hasWidth)
      least = layout.width - (signed ? 1 : 0);
    layout.spend(1 + least);
    var text = new StringBuilder();
    if (value < 0) text.append('-');
    else if (layout.plus) text.append('+');
    else if (layout.space) text.append(' ');
    boolean led = least > digits.length();
    if (verb == 'O') text.append("0o");
    if (layout.sharp) text.append(prefix(base, verb, led || digits.startsWith("0")));
    if (led) text.repeat('0', least - digits.length());
    layout.spaced(text.append(digits).toString());
  }

  private static String prefix(int base, int verb, boolean zeroFirst) {
    return switch (base) {
      case 2 -> "0b";
      case 8 -> zeroFirst ? "" : "0";
      case 16 -> verb == 'X' ? "0X" : "0x";
      default -> "";
    };
  }

  private void unicode(long value) {
    String digits = Long.toHexString(value).toUpperCase(Locale.ROOT);
    int least = layout.hasPrecision ? Math.max(4, layout.precision) : 4;
    layout.spend(1 + least);
    var text = new StringBuilder("U+").repeat('0', Math.max(0, least - digits.length()));
    text.append(digits);
    if (layout.sharp
        && value >= 0
        && value <= Character.MAX_CODE_POINT
        && Quoted.isPrint((int) value)) text.append(" '").appendCodePoint((int) value).append('\'');
    layout.spaced(text.toString());
  }
}
