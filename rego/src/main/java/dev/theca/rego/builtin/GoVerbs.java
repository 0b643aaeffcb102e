package dev.theca.rego.builtin;

import dev.theca.rego.value.TextValue;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;

/** One argument by one verb, as Go's {@code fmt} prints it. */
final class GoVerbs {
  private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

  private final StringBuilder out;
  private final GoFlags flags;

  GoVerbs(StringBuilder out, GoFlags flags) {
    this.out = out;
    this.flags = flags;
  }

  /** As {@code %T} says it. */
  static String type(Object argument) {
    if (argument instanceof Long) return "int";
    if (argument instanceof BigInteger) return "*big.Int";
    if (argument instanceof Boolean) return "bool";
    return argument instanceof Double ? "float64" : "string";
  }

  void print(Object argument, int verb) {
    if (verb == 'T') {
      text(type(argument));
    } else if (argument instanceof Long number) {
      integer(number, verb);
    } else if (argument instanceof BigInteger number) {
      bigInteger(number, verb);
    } else if (argument instanceof Double number) {
      real(number, verb);
    } else if (argument instanceof Boolean flag) {
      if (verb == 't' || verb == 'v') flags.pad(flag.toString(), true, out);
      else bad(flag, verb);
    } else {
      string((String) argument, verb);
    }
  }

  private void bad(Object argument, int verb) {
    out.append("%!").appendCodePoint(verb).append('(').append(type(argument)).append('=');
    print(argument, 'v');
    out.append(')');
  }

  private void string(String text, int verb) {
    switch (verb) {
      case 'v' -> {
        if (flags.sharpV) quoted(text);
        else text(text);
      }
      case 's' -> text(text);
      case 'q' -> quoted(text);
      case 'x', 'X' -> hex(text, verb == 'X');
      default -> bad(text, verb);
    }
  }

  private void text(String text) {
    if (flags.width < 0 && flags.precision < 0) out.append(text);
    else flags.pad(cut(text), true, out);
  }

  private String cut(String text) {
    int most = flags.precision;
    if (most < 0 || most >= text.length()) return text;
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most));
  }

  private void quoted(String whole) {
    String text = cut(whole);
    boolean raw =
        flags.sharp
            && text.codePoints()
                .noneMatch(
                    c ->
                        c == '`'
                            || c == 0xFEFF
                            || c == 0x7F
                            || c < ' ' && c != '\t'
                            || c >= 0xD800 && c <= 0xDFFF);
    flags.pad(raw ? "`" + text + "`" : GoQuote.quoted(text, '"', flags.plus), true, out);
  }

  private void hex(String text, boolean upper) {
    byte[] bytes = new TextValue(text).bytes();
    int length = flags.precision >= 0 ? Math.min(flags.precision, bytes.length) : bytes.length;
    String prefix = !flags.sharp || length == 0 ? "" : upper ? "0X" : "0x";
    HexFormat digits = upper ? HexFormat.of().withUpperCase() : HexFormat.of();
    if (flags.space) digits = HexFormat.ofDelimiter(" " + prefix);
    if (flags.space && upper) digits = digits.withUpperCase();
    flags.pad(prefix + digits.formatHex(bytes, 0, length), true, out);
  }

  private void integer(long number, int verb) {
    switch (verb) {
      case 'v', 'd' -> {
        if (flags.width < 0 && flags.precision < 0 && !flags.plus && !flags.space)
          out.append(number);
        else based(number, 10, verb);
      }
      case 'b' -> based(number, 2, verb);
      case 'o', 'O' -> based(number, 8, verb);
      case 'x', 'X' -> based(number, 16, verb);
      case 'c' -> flags.pad(Character.toString(rune(number)), true, out);
      case 'q' ->
          flags.pad(GoQuote.quoted(Character.toString(rune(number)), '\'', flags.plus), true, out);
      case 'U' -> unicode(number);
      default -> bad(number, verb);
    }
  }

  private static int rune(long number) {
    boolean valid = number >= 0 && number <= Character.MAX_CODE_POINT;
    return valid && (number < 0xD800 || number > 0xDFFF) ? (int) number : 0xFFFD;
  }

  private void based(long number, int base, int verb) {
    String digits =
        number == Long.MIN_VALUE
            ? Long.toUnsignedString(number, base)
            : Long.toString(Math.abs(number), base);
    if (verb == 'X') digits = digits.toUpperCase(Locale.ROOT);
    String sign = number < 0 ? "-" : flags.plus ? "+" : flags.space ? " " : "";
    int least = 0;
    if (flags.precision >= 0) {
      if (flags.precision == 0 && number == 0) {
        flags.pad("", false, out);
        return;
      }
      least = flags.precision;
    } else if (flags.zero && !flags.minus && flags.width >= 0) {
      least = flags.width - sign.length();
    }
    if (digits.length() < least) digits = "0".repeat(least - digits.length()) + digits;
    flags.pad(sign + prefix(digits, verb) + digits, false, out);
  }

  private String prefix(String digits, int verb) {
    if (verb == 'O') return flags.sharp && !digits.startsWith("0") ? "0o0" : "0o";
    if (!flags.sharp) return "";
    return switch (verb) {
      case 'b' -> "0b";
      case 'o' -> digits.startsWith("0") ? "" : "0";
      case 'x' -> "0x";
      case 'X' -> "0X";
      default -> "";
    };
  }

  private void unicode(long number) {
    String digits = Long.toHexString(number).toUpperCase(Locale.ROOT);
    int least = Math.max(4, flags.precision);
    if (digits.length() < least) digits = "0".repeat(least - digits.length()) + digits;
    boolean shown =
        flags.sharp
            && number >= 0
            && number <= Character.MAX_CODE_POINT
            && GoQuote.isPrintable((int) number);
    String sign = shown ? " '" + Character.toString((int) number) + "'" : "";
    flags.pad("U+" + digits + sign, false, out);
  }

  private void bigInteger(BigInteger number, int verb) {
    int base =
        switch (verb) {
          case 'b' -> 2;
          case 'o', 'O' -> 8;
          case 'd', 's', 'v' -> 10;
          case 'x', 'X' -> 16;
          default -> 0;
        };
    if (base == 0) {
      if (verb == 'w') out.append("%!w(*big.Int=").append(words(number)).append(')');
      else out.append("%!").appendCodePoint(verb).append("(big.Int=").append(number).append(')');
      return;
    }
    boolean plus = flags.plus || flags.plusV;
    String sign = number.signum() < 0 ? "-" : plus ? "+" : flags.space ? " " : "";
    String prefix = "";
    if (verb == 'O') prefix = "0o";
    else if (flags.sharp) prefix = verb == 'o' ? "0" : prefix("1", verb);
    String digits = number.abs().toString(base);
    if (verb == 'X') digits = digits.toUpperCase(Locale.ROOT);
    int zeros = Math.max(0, flags.precision - digits.length());
    int length = sign.length() + prefix.length() + zeros + digits.length();
    if (flags.precision < 0 && flags.zero && !flags.minus)
      zeros = Math.max(0, flags.width - length);
    flags.pad(sign + prefix + "0".repeat(zeros) + digits, false, out);
  }

  /** What Go shows of a number whose own formatting it may not call. */
  private static String words(BigInteger number) {
    var text = new StringBuilder("&{").append(number.signum() < 0).append(" [");
    BigInteger rest = number.abs();
    for (; rest.signum() != 0; rest = rest.shiftRight(64)) {
      text.append(rest.mod(WORD));
      if (rest.compareTo(WORD) >= 0) text.append(' ');
    }
    return text.append("]}").toString();
  }

  private void real(double number, int verb) {
    String text =
        switch (verb) {
          case 'v' -> GoDouble.of(number, 'g', flags.precision);
          case 'b', 'g', 'G', 'x', 'X' -> GoDouble.of(number, (char) verb, flags.precision);
          case 'e', 'E' ->
              GoDouble.of(number, (char) verb, flags.precision < 0 ? 6 : flags.precision);
          case 'f', 'F' -> GoDouble.of(number, 'f', flags.precision < 0 ? 6 : flags.precision);
          default -> null;
        };
    if (text == null) {
      bad(number, verb);
      return;
    }
    boolean negative = text.startsWith("-");
    String digits = negative ? text.substring(1) : text;
    if (flags.sharp && verb != 'b') digits = GoDouble.pointed(digits, verb, flags.precision);
    String sign = negative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
    int zeros = flags.width - sign.length() - digits.length();
    if (flags.zero && !flags.minus && zeros > 0 && !sign.isEmpty())
      out.append(sign).repeat('0', zeros).append(digits);
    else flags.pad(sign + digits, true, out);
  }
}
