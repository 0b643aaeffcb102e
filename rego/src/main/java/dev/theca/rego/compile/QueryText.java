package dev.theca.rego.compile;

import dev.theca.rego.Location;

/** The text of one condition of a query. */
final class QueryText {
  private QueryText() {}

  static String from(String text, Location at) {
    return trimmed(text.substring(offset(text, at)));
  }

  static String between(String text, Location from, Location to) {
    return trimmed(text.substring(offset(text, from), offset(text, to)));
  }

  private static String trimmed(String text) {
    String one = text.strip();
    while (one.endsWith(";")) one = one.substring(0, one.length() - 1).strip();
    return one;
  }

  private static int offset(String text, Location at) {
    int offset = 0;
    for (int line = 1; line < at.line(); line++) {
      int end = text.indexOf('\n', offset);
      if (end < 0) return text.length();
      offset = end + 1;
    }
    return Math.min(text.length(), offset + at.column() - 1);
  }
}
