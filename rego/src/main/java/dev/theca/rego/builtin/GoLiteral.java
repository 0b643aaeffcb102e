package dev.theca.rego.builtin;

import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.value.TextValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Literals of Go within templates: strings in both quotes, characters, numbers. */
final class GoLiteral {
  private GoLiteral() {}

  /** A string as {@link TextValue}, a character as {@code Long}. */
  static Object read(String quoted, GoTemplateTokens tokens) throws BuiltinFault {
    String inner = quoted.substring(1, quoted.length() - 1);
    if (quoted.charAt(0) == '`') return new TextValue(inner.replace("\r", ""));
    TextValue text = unescaped(inner, tokens);
    if (quoted.charAt(0) == '"') return text;
    if (text.text().codePointCount(0, text.text().length()) != 1)
      throw tokens.fault("malformed character constant: " + quoted);
    return (long) text.text().codePointAt(0);
  }

  private static TextValue unescaped(String inner, GoTemplateTokens tokens) throws BuiltinFault {
    if (inner.indexOf('\\') < 0) return new TextValue(inner);
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < inner.length(); ) {
      int c = inner.codePointAt(i);
      i += Character.charCount(c);
      if (c != '\\') {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      char escape = i < inner.length() ? inner.charAt(i++) : ' ';
      int known = "abfnrtv\\'\"".indexOf(escape);
      int digits =
          switch (escape) {
            case 'x' -> 2;
            case 'u' -> 4;
            case 'U' -> 8;
            default -> 3;
          };
      boolean octal = escape >= '0' && escape <= '7';
      if (octal) i--;
      if (known >= 0) {
        bytes.write("\u0007\b\f\n\r\t\u000B\\'\"".charAt(known));
        continue;
      }
      try {
        if (!octal && digits == 3) throw new NumberFormatException();
        int value = Integer.parseUnsignedInt(inner.substring(i, i + digits), octal ? 8 : 16);
        i += digits;
        if (octal || digits == 2) bytes.write(value);
        else bytes.writeBytes(Character.toString(value).getBytes(StandardCharsets.UTF_8));
      } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
        throw tokens.fault("invalid syntax");
      }
    }
    return TextValue.ofBytes(bytes.toByteArray());
  }

  /** {@code Long} or {@code Double}. */
  static Object number(String text, GoTemplateTokens tokens) throws BuiltinFault {
    try {
      boolean plain = text.length() < 40;
      String digits = text.replace("_", "");
      if (plain && digits.matches("[+-]?0[xX][0-9a-fA-F]+|[+-]?(0|[1-9][0-9]*)|[+-]?0[0-7]+"))
        return Long.decode(digits);
      if (plain && digits.matches("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")) {
        double value = Double.parseDouble(digits);
        // a number with an exponent may still be an integer
        if (value == (long) value && Math.abs(value) < 1L << 53) return (long) value;
        if (!Double.isInfinite(value)) return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw tokens.fault("bad number syntax: " + GoQuote.quoted(text));
  }
}
