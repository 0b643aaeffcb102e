package dev.theca.rego.builtin;

/**
 * Finds a text in a text in time linear in both: what a policy searches for may be long and made to
 * match almost everywhere.
 */
final class TextSearch {
  /** Up to here the plain search of the JDK is faster, and its worst case is bounded. */
  private static final int SHORT = 32;

  private final String needle;
  private final int[] fallback;

  private TextSearch(String needle) {
    this.needle = needle;
    this.fallback = new int[needle.length() > SHORT ? needle.length() : 0];
    for (int i = 1, matched = 0; i < fallback.length; i++) {
      while (matched > 0 && needle.charAt(i) != needle.charAt(matched))
        matched = fallback[matched - 1];
      if (needle.charAt(i) == needle.charAt(matched)) matched++;
      fallback[i] = matched;
    }
  }

  static TextSearch of(String needle) {
    return new TextSearch(needle);
  }

  /** Whether it is in the text. */
  static boolean contains(String text, String needle) {
    if (needle.length() > text.length()) return false;
    return needle.length() <= SHORT ? text.contains(needle) : of(needle).in(text, 0) >= 0;
  }

  /** Where it begins in the text from here on, -1 where it does not. */
  int in(String text, int from) {
    if (fallback.length == 0) return text.indexOf(needle, from);
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != needle.charAt(matched))
        matched = fallback[matched - 1];
      if (text.charAt(i) == needle.charAt(matched)) matched++;
      if (matched == needle.length()) return i + 1 - matched;
    }
    return -1;
  }

  /** Gives every place where it begins, also within another. */
  void all(String text, java.util.function.IntConsumer each) {
    if (fallback.length == 0) {
      for (int at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
        each.accept(at);
      return;
    }
    int matched = 0;
    for (int i = 0; i < text.length(); i++) {
      while (matched > 0
          && (matched == needle.length() || text.charAt(i) != needle.charAt(matched)))
        matched = fallback[matched - 1];
      if (text.charAt(i) == needle.charAt(matched)) matched++;
      if (matched == needle.length()) each.accept(i + 1 - matched);
    }
  }

  int length() {
    return needle.length();
  }
}
