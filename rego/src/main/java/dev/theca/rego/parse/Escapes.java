package dev.theca.rego.parse;

/** The escapes of a quoted string, which are JSON's. */
final class Escapes {
  private Escapes() {}

  static String value(String text, int from, int to) throws Malformed {
    var out = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        if (c < 0x20 && c != '\t')
          throw new Malformed(i, "no control characters in a string", "one");
        out.append(c);
        continue;
      }
      char kind = text.charAt(++i);
      switch (kind) {
        case '"', '\\', '/' -> out.append(kind);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append(unicode(text, i + 1, to));
          i += 4;
        }
        default -> throw new Malformed(i - 1, "an escape of JSON", "'\\" + kind + "'");
      }
    }
    return out.toString();
  }

  private static char unicode(String text, int from, int to) throws Malformed {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < to ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) throw new Malformed(from - 2, "four hex digits", "others");
      value = value * 16 + digit;
    }
    return (char) value;
  }
}
