package dev.theca.rego.builtin.time;

/** ASCII digits in texts. */
final class Digits {
  private Digits() {}

  static boolean at(String text, int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
  }

  /** Where the digits that begin here end. */
  static int end(String text, int from) {
    int at = from;
    while (at(text, at)) at++;
    return at;
  }

  /** At least so many digits. */
  static void pad(StringBuilder out, int value, int width) {
    String digits = Integer.toString(Math.abs(value));
    if (value < 0) out.append('-');
    out.repeat('0', Math.max(0, width - digits.length())).append(digits);
  }

  /** The text in quotes as Go's package {@code time} shows it in its errors. */
  static String quoted(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 128) out.append(String.format("\\x%02x", (int) c));
      else {
        if (c == '"' || c == '\\') out.append('\\');
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
