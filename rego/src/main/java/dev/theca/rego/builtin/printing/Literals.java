package dev.theca.rego.builtin.printing;

import dev.theca.rego.value.TextValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Constants as Go's source writes them. */
final class Literals {
  private static final String PLAIN = "abfnrtv\\'\"";
  private static final String MEANT = "\007\b\f\n\r\t\013\\'\"";

  private Literals() {}

  /** An integer of any base, a fraction, or a character; null where it is none. */
  static @Nullable Operand number(String text) {
    if (text.startsWith("'")) {
      String character = text(text);
      if (character == null || character.codePointCount(0, character.length()) != 1) return null;
      return Operand.of(character.codePointAt(0));
    }
    boolean negative = text.startsWith("-");
    String bare = negative || text.startsWith("+") ? text.substring(1) : text;
    int base = base(bare);
    try {
      if (base != 10 || isDigits(bare)) {
        boolean named = bare.length() > 1 && Character.isLetter(bare.charAt(1));
        String digits = bare.substring(base == 10 ? 0 : named ? 2 : 1).replace("_", "");
        if (digits.startsWith("+") || digits.startsWith("-")) return null;
        return Operand.of(Long.parseLong((negative ? "-" : "") + digits, base));
      }
      for (int i = 0; i < bare.length(); i++)
        if ("0123456789.eE+-".indexOf(bare.charAt(i)) < 0) return null;
      double real = Double.parseDouble(text);
      return Double.isInfinite(real) ? null : new Operand.Real(real);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static int base(String text) {
    if (text.length() < 2 || text.charAt(0) != '0') return 10;
    return switch (text.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      case 'o', 'O' -> 8;
      default -> isDigits(text) ? 8 : 10;
    };
  }

  private static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '_');
  }

  /** What stands in quotes of any kind; null where an escape makes no sense. */
  static @Nullable String text(String quoted) {
    String inner = quoted.substring(1, quoted.length() - 1);
    if (quoted.startsWith("`")) return inner.replace("\r", "");
    var bytes = new ByteArrayOutputStream();
    int at = 0;
    while (at < inner.length()) {
      int escape = inner.indexOf('\\', at);
      int end = escape < 0 ? inner.length() : escape;
      bytes.writeBytes(new TextValue(inner.substring(at, end)).bytes());
      if (escape < 0) break;
      at = escaped(inner, escape + 1, bytes);
      if (at < 0) return null;
    }
    return TextValue.ofBytes(bytes.toByteArray()).text();
  }

  /** Where the escape ends, -1 if it makes no sense. */
  private static int escaped(String text, int at, ByteArrayOutputStream out) {
    if (at >= text.length()) return -1;
    char c = text.charAt(at);
    int plain = PLAIN.indexOf(c);
    if (plain >= 0) {
      out.write(MEANT.charAt(plain));
      return at + 1;
    }
    int size = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : c >= '0' && c <= '7' ? 3 : 0;
    int from = size == 3 ? at : at + 1;
    if (size == 0 || from + size > text.length()) return -1;
    long value = 0;
    for (int i = from; i < from + size; i++) {
      int digit = Character.digit(text.charAt(i), size == 3 ? 8 : 16);
      if (digit < 0) return -1;
      value = value * (size == 3 ? 8 : 16) + digit;
    }
    if (size < 4) {
      if (value > 255) return -1;
      out.write((int) value);
    } else {
      if (Quoted.valid(value) != value) return -1;
      out.writeBytes(Character.toString((int) value).getBytes(StandardCharsets.UTF_8));
    }
    return from + size;
  }
}
