package dev.theca.cli.demo;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the demo saw, by name: raw observations, judged by whoever reads them (the demo itself, and
 * the trial).
 */
final class Facts {
  private final Map<String, JsonValue> seen = new TreeMap<>();

  void put(String name, String value) {
    seen.put(name, new JsonString(value));
  }

  void put(String name, long value) {
    seen.put(name, JsonNumber.of(value));
  }

  void put(String name, boolean value) {
    seen.put(name, new JsonBool(value));
  }

  void put(String name, List<String> values) {
    seen.put(name, JsonArray.strings(values));
  }

  JsonObject json() {
    return new JsonObject(seen);
  }
}
