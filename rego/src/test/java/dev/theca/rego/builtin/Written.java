package dev.theca.rego.builtin;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** Values as tests write them: JSON with single quotes, sets in braces, keys of any kind. */
final class Written {
  private final String text;
  private int at;

  private Written(String text) {
    this.text = text;
  }

  /** Values with commas between them. */
  static Value[] values(String text) {
    var reader = new Written(text.strip());
    var list = new ArrayList<Value>();
    while (reader.at < reader.text.length()) {
      list.add(reader.value());
      reader.taken(',');
    }
    return list.toArray(Value[]::new);
  }

  static Value value(String text) {
    return values(text)[0];
  }

  private Value value() {
    space();
    char c = text.charAt(at);
    if (taken('[')) return ArrayValue.of(items(']'));
    if (taken('{')) return braces();
    if (taken('\'')) {
      int end = text.indexOf('\'', at);
      String string = text.substring(at, end);
      at = end + 1;
      return Value.of(string.translateEscapes());
    }
    int from = at;
    while (at < text.length() && ",]}: ".indexOf(text.charAt(at)) < 0) at++;
    String word = text.substring(from, at);
    return switch (word) {
      case "null" -> NullValue.NULL;
      case "true" -> Value.of(true);
      case "false" -> Value.of(false);
      case "set()" -> SetValue.EMPTY;
      default -> {
        if (c != '-' && !Character.isDigit(c)) throw new IllegalArgumentException(word);
        yield NumberValue.parse(word);
      }
    };
  }

  private List<Value> items(char end) {
    var items = new ArrayList<Value>();
    while (!taken(end)) {
      items.add(value());
      taken(',');
    }
    return items;
  }

  private Value braces() {
    if (taken('}')) return ObjectValue.EMPTY;
    Value first = value();
    if (!taken(':')) {
      taken(',');
      var elements = new HashSet<Value>(items('}'));
      elements.add(first);
      return SetValue.owning(elements);
    }
    var members = new HashMap<Value, Value>();
    members.put(first, value());
    while (taken(',')) {
      Value key = value();
      taken(':');
      members.put(key, value());
    }
    taken('}');
    return ObjectValue.owning(members);
  }

  private boolean taken(char c) {
    space();
    if (at >= text.length() || text.charAt(at) != c) return false;
    at++;
    return true;
  }

  private void space() {
    while (at < text.length() && text.charAt(at) == ' ') at++;
  }
}
