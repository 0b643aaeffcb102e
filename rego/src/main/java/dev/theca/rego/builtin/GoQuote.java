package dev.theca.rego.builtin;

/** Strings and characters in quotes, as Go writes them. */
final class GoQuote {
  private GoQuote() {}

  static String quoted(String text) {
    return quoted(text, '"', false);
  }

  /** In these quotes; {@code ascii} escapes everything beyond ASCII. */
  static String quoted(String text, char quote, boolean ascii) {
    var out = new StringBuilder(text.length() + 2).append(quote);
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      escape(c, quote, ascii, out);
    }
    return out.append(quote).toString();
  }

  private static void escape(int c, char quote, boolean ascii, StringBuilder out) {
    if (c == quote || c == '\\') out.append('\\').append((char) c);
    else if (c < 128 ? c >= ' ' && c < 127 : !ascii && isPrintable(c)) out.appendCodePoint(c);
    else if (c >= 0xDC80 && c <= 0xDCFF) out.append(hex('x', c - 0xDC00, 2));
    else {
      int named = "\u0007\b\f\n\r\t\u000B".indexOf(c);
      if (named >= 0) out.append('\\').append("abfnrtv".charAt(named));
      else if (c < ' ' || c == 0x7F) out.append(hex('x', c, 2));
      else if (Character.isSurrogate((char) c) && c < 0x10000) out.append("\\ufffd");
      else out.append(c < 0x10000 ? hex('u', c, 4) : hex('U', c, 8));
    }
  }

  private static String hex(char letter, int value, int width) {
    String digits = Integer.toHexString(value);
    return "\\" + letter + "0".repeat(width - digits.length()) + digits;
  }

  /** Letters, marks, numbers, punctuation, symbols and the ASCII space. */
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
