package dev.theca.rego.builtin.printing;

import java.util.HexFormat;

/** Strings and characters in quotes, as Go's source writes them. */
public final class Quoted {
  private static final HexFormat HEX = HexFormat.of();

  private Quoted() {}

  /** In double quotes; {@code ascii} escapes all else. */
  public static String text(String text, boolean ascii) {
    var out = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> escape(c, '"', ascii, out));
    return out.append('"').toString();
  }

  /** In single quotes. */
  static String character(int point, boolean ascii) {
    var out = new StringBuilder("'");
    escape(valid(point), '\'', ascii, out);
    return out.append('\'').toString();
  }

  /** The code point, or the replacement where it is none that a text can have. */
  static int valid(long point) {
    boolean bad =
        point < 0
            || point > Character.MAX_CODE_POINT
            || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return bad ? 0xFFFD : (int) point;
  }

  private static void escape(int c, char quote, boolean ascii, StringBuilder out) {
    if (c == quote || c == '\\') {
      out.append('\\').append((char) c);
      return;
    }
    if (isPrint(c) && (c < 128 || !ascii)) {
      out.appendCodePoint(c);
      return;
    }
    switch (c) {
      case 7 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 11 -> out.append("\\v");
      default -> {
        // a surrogate is a byte that is no UTF-8
        if (c < ' ' || c == 127 || Character.getType(c) == Character.SURROGATE)
          out.append("\\x").append(HEX.toHexDigits((byte) c));
        else if (c < 0x10000) out.append("\\u").append(HEX.toHexDigits((short) c));
        else out.append("\\U").append(HEX.toHexDigits(c));
      }
    }
  }

  /** Whether backquotes can hold it unchanged. */
  static boolean canBackquote(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                c >= 128
                    ? c != 0xFEFF && Character.getType(c) != Character.SURROGATE
                    : (c >= ' ' || c == '\t') && c != '`' && c != 127);
  }

  /** Letters, marks, numbers, punctuation, symbols, and the space. */
  static boolean isPrint(int c) {
    if (c < 128) return c >= ' ' && c < 127;
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
