package dev.theca.wire.json;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The three texts of a value: compact, indented, canonical (RFC 8785). */
final class JsonText {
  private static final HexFormat HEX = HexFormat.of(); // lower case, as RFC 8785 3.2.2.2 asks

  private final StringBuilder out = new StringBuilder();
  private final boolean indent;
  private final boolean canonical;
  private int level;

  private JsonText(boolean indent, boolean canonical) {
    this.indent = indent;
    this.canonical = canonical;
  }

  static String compact(JsonValue value) {
    return new JsonText(false, false).add(value).out.toString();
  }

  static String pretty(JsonValue value) {
    return new JsonText(true, false).add(value).out.toString();
  }

  static String canonical(JsonValue value) {
    return new JsonText(false, true).add(value).out.toString();
  }

  private JsonText add(JsonValue value) {
    switch (value) {
      case JsonObject(Map<String, JsonValue> members) -> object(members);
      case JsonArray(List<JsonValue> items) -> array(items);
      case JsonString(String text) -> string(text);
      case JsonNumber number ->
          out.append(canonical ? EcmaNumber.format(number) : number.literal());
      case JsonBool(boolean flag) -> out.append(flag);
      case JsonNull n -> out.append("null");
    }
    return this;
  }

  private void object(Map<String, JsonValue> members) {
    // String order is UTF-16 code unit order, as RFC 8785 3.2.3 asks
    var all = canonical ? new TreeMap<>(members) : members;
    out.append('{');
    level++;
    boolean first = true;
    for (var member : all.entrySet()) {
      separate(first);
      first = false;
      string(member.getKey());
      out.append(indent ? ": " : ":");
      add(member.getValue());
    }
    close(first, '}');
  }

  private void array(List<JsonValue> items) {
    out.append('[');
    level++;
    boolean first = true;
    for (JsonValue item : items) {
      separate(first);
      first = false;
      add(item);
    }
    close(first, ']');
  }

  private void separate(boolean first) {
    if (!first) out.append(',');
    line();
  }

  private void close(boolean empty, char bracket) {
    level--;
    if (!empty) line();
    out.append(bracket);
  }

  private void line() {
    if (indent) out.append('\n').repeat("  ", level);
  }

  private void string(String text) {
    out.append('"');
    int plain = 0; // what needs no escape is taken in whole runs
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      out.append(text, plain, i);
      plain = i + 1;
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append("\\u").append(HEX.toHexDigits(c));
      }
    }
    out.append(text, plain, text.length());
    out.append('"');
  }
}
