package dev.theca.wire.json;

import java.util.Arrays;
import java.util.List;

/** A JSON array. */
public record JsonArray(List<JsonValue> items) implements JsonValue {
  public JsonArray {
    items = List.copyOf(items);
  }

  public static JsonArray of(JsonValue... items) {
    return new JsonArray(List.of(items));
  }

  public static JsonArray of(String... items) {
    return strings(Arrays.asList(items));
  }

  public static JsonArray strings(List<String> items) {
    return new JsonArray(items.stream().<JsonValue>map(JsonString::new).toList());
  }
}
