package dev.theca.rego.value;

/**
 * Values as compact JSON: sets as arrays in order, keys that are no strings as the JSON of the key,
 * members in the order of the keys, {@code <}, {@code >} and {@code &} escaped as Go's encoder
 * does.
 */
public final class JsonText {
  private JsonText() {}

  /** The text. */
  public static String of(Value value) {
    var out = new StringBuilder();
    write(value, true, out);
    return out.toString();
  }

  /** Appends the text; {@code html} escapes {@code <}, {@code >} and {@code &}. */
  public static void write(Value value, boolean html, StringBuilder out) {
    switch (value) {
      case NullValue _, BoolValue _, NumberValue _ -> out.append(value);
      case TextValue(String text) -> quoted(text, html, out);
      case ArrayValue array -> list(array, html, out);
      case SetValue set -> list(set, html, out);
      case ObjectValue object -> {
        out.append('{');
        object.forEach(
            (key, member) -> {
              if (out.charAt(out.length() - 1) != '{') out.append(',');
              quoted(name(key), html, out);
              out.append(':');
              write(member, html, out);
            });
        out.append('}');
      }
    }
  }

  /** A key as JSON names it: a string as it is, anything else as its JSON text. */
  public static String name(Value key) {
    if (key instanceof TextValue(String text)) return text;
    var name = new StringBuilder();
    write(key, false, name);
    return name.toString();
  }

  private static void list(Iterable<Value> items, boolean html, StringBuilder out) {
    out.append('[');
    boolean first = true;
    for (Value item : items) {
      if (!first) out.append(',');
      first = false;
      write(item, html, out);
    }
    out.append(']');
  }

  /** A string in quotes. */
  static void quoted(String text, StringBuilder out) {
    quoted(text, false, out);
  }

  private static void quoted(String text, boolean html, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || html && (c == '<' || c == '>' || c == '&') || c == 0x2028 || c == 0x2029)
            out.append(String.format("\\u%04x", (int) c));
          else if (Character.isSurrogate(c) && lone(text, i)) out.append('\uFFFD');
          else out.append(c);
        }
      }
    }
    out.append('"');
  }

  private static boolean lone(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
        : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
  }
}
