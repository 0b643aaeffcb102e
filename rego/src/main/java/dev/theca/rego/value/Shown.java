package dev.theca.rego.value;

import java.util.List;

/**
 * Values as the language writes them: {@code {1, 2}}, {@code set()}, {@code {"a": 1}}; what {@code
 * print}, {@code sprintf("%v")} and messages show.
 */
final class Shown {
  private Shown() {}

  static String of(Value value) {
    var text = new StringBuilder();
    write(value, text);
    return text.toString();
  }

  private static void write(Value value, StringBuilder out) {
    switch (value) {
      case TextValue(String text) -> JsonText.quoted(text, out);
      case ArrayValue array -> list(array.items(), '[', ']', out);
      case SetValue set -> {
        if (set.size() == 0) out.append("set()");
        else list(set.elements(), '{', '}', out);
      }
      case ObjectValue object -> {
        out.append('{');
        object.forEach(
            (key, member) -> {
              if (out.charAt(out.length() - 1) != '{') out.append(", ");
              write(key, out);
              out.append(": ");
              write(member, out);
            });
        out.append('}');
      }
      case NullValue _, BoolValue _, NumberValue _ -> out.append(value);
    }
  }

  private static void list(List<Value> items, char open, char close, StringBuilder out) {
    out.append(open);
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) out.append(", ");
      write(items.get(i), out);
    }
    out.append(close);
  }
}
