package dev.theca.rego.builtin;

/**
 * Finds a text in another in time linear in both. Where both are short the search of the JDK is
 * faster, and its worst case, the product of the lengths, does no harm.
 */
final class Finder {
  private static final long SHORT = 1 << 14;

  private final String needle;
  private final int[] borders;

  private Finder(String needle, int[] borders) {
    this.needle = needle;
    this.borders = borders;
  }

  /** Finds a needle that is not empty in texts of about this length. */
  static Finder of(String needle, int length) {
    boolean plain = needle.length() < 4 || (long) needle.length() * length <= SHORT;
    return new Finder(needle, plain ? new int[0] : borders(needle));
  }

  /** Whether it is there at all; an empty needle always is. */
  static boolean contains(String text, String needle) {
    if (needle.isEmpty()) return true;
    return needle.length() <= text.length() && of(needle, text.length()).next(text, 0) >= 0;
  }

  /** Where it begins next, from this index on; -1 if nowhere. */
  int next(String text, int from) {
    if (borders.length == 0) return text.indexOf(needle, from);
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      while (matched > 0 && needle.charAt(matched) != c) matched = borders[matched - 1];
      if (needle.charAt(matched) == c) matched++;
      if (matched == needle.length()) return i + 1 - matched;
    }
    return -1;
  }

  /** For every prefix, how long the longest proper prefix is that also ends it. */
  private static int[] borders(String needle) {
    int[] borders = new int[needle.length()];
    for (int i = 1; i < borders.length; i++) {
      int length = borders[i - 1];
      while (length > 0 && needle.charAt(i) != needle.charAt(length)) length = borders[length - 1];
      borders[i] = needle.charAt(i) == needle.charAt(length) ? length + 1 : length;
    }
    return borders;
  }
}
