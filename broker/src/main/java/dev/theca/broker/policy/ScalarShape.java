package dev.theca.broker.policy;

/**
 * In which ways a text can be written: plain, in single quotes, as a block of lines. In double
 * quotes any text can.
 */
record ScalarShape(boolean plain, boolean single, boolean block) {
  private static final String FIRST = "#,[]{}&*!|>'\"%@`";

  static ScalarShape of(String text) {
    if (text.isEmpty()) return new ScalarShape(true, true, false);
    boolean indicators = text.startsWith("---") || text.startsWith("...");
    boolean special = false;
    boolean tab = false;
    boolean breaks = false;
    boolean breakSpace = false;
    boolean spaceBreak = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char before = i == 0 ? ' ' : text.charAt(i - 1);
      boolean blankNext = i + 1 == text.length() || " \t".indexOf(text.charAt(i + 1)) >= 0;
      indicators |= i == 0 && FIRST.indexOf(c) >= 0;
      indicators |= i == 0 && (c == '?' || c == '-') && blankNext;
      indicators |= c == ':' && blankNext;
      indicators |= c == '#' && (" \t".indexOf(before) >= 0 || isBreak(before));
      tab |= c == '\t';
      special |= c != '\t' && (Character.isSurrogate(c) || !isPrintable(c));
      breaks |= isBreak(c);
      breakSpace |= i > 0 && c == ' ' && isBreak(before);
      spaceBreak |= i > 0 && isBreak(c) && before == ' ';
    }
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    boolean edges = first == ' ' || last == ' ';
    boolean torn = spaceBreak || special;
    return new ScalarShape(
        !indicators && !edges && !breaks && !torn && !tab,
        !breakSpace && !torn && !tab,
        last != ' ' && !torn);
  }

  /** As Go's yaml has it, for which a character beyond U+FFFF is none that prints. */
  private static boolean isPrintable(int c) {
    return c == '\n'
        || c >= 0x20 && c <= 0x7E
        || c >= 0xA0 && c <= 0xD7FF
        || c >= 0xE000 && c <= 0xFFFD && c != 0xFEFF;
  }

  static boolean isBreak(char c) {
    return c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029';
  }

  /** What stands behind a backslash between double quotes. */
  static boolean isEscaped(int c) {
    return c == '"' || c == '\\' || c > 0xFFFF || !isPrintable(c) || isBreak((char) c);
  }
}
