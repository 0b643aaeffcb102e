package dev.theca.cli.policy;

import dev.theca.rego.value.JsonText;
import dev.theca.rego.value.Value;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.List;
import java.util.Map;

/** JSON as Go's encoder writes it with an indentation of two spaces. */
final class GoJson {
  private final StringBuilder out = new StringBuilder();

  private GoJson() {}

  static String of(JsonValue value) {
    var text = new GoJson();
    text.add(value, "\n");
    return text.out.toString();
  }

  private void add(JsonValue value, String line) {
    switch (value) {
      case JsonNull _ -> out.append("null");
      case JsonBool(boolean flag) -> out.append(flag);
      case JsonNumber number -> out.append(number.literal());
      case JsonString(String text) -> JsonText.write(Value.of(text), true, out);
      case JsonArray(List<JsonValue> items) when items.isEmpty() -> out.append("[]");
      case JsonArray(List<JsonValue> items) -> {
        String before = "[";
        for (JsonValue item : items) {
          out.append(before).append(line).append("  ");
          add(item, line + "  ");
          before = ",";
        }
        out.append(line).append(']');
      }
      case JsonObject(Map<String, JsonValue> members) when members.isEmpty() -> out.append("{}");
      case JsonObject(Map<String, JsonValue> members) -> {
        String before = "{";
        for (var member : members.entrySet()) {
          out.append(before).append(line).append("  ");
          JsonText.write(Value.of(member.getKey()), true, out);
          out.append(": ");
          add(member.getValue(), line + "  ");
          before = ",";
        }
        out.append(line).append('}');
      }
    }
  }
}
