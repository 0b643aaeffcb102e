package dev.theca.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of JSON Schema that the API's description uses. A keyword that is not known here is a
 * mistake, so that none is written and never checked.
 */
record Shape(JsonObject document) {
  private static final List<String> KNOWN =
      List.of(
          "$ref",
          "type",
          "description",
          "enum",
          "pattern",
          "format",
          "maxLength",
          "properties",
          "required",
          "additionalProperties",
          "items");

  /** What of the value is not as the schema says; each with its place. */
  List<String> misfits(JsonObject schema, JsonValue value) {
    var wrong = new ArrayList<String>();
    check(schema, value, "$", wrong);
    return wrong;
  }

  /** The object that {@code #/a/b} points to. */
  JsonObject resolve(String pointer) {
    JsonObject at = document;
    for (String name : pointer.substring(2).split("/")) at = at.requireObject(name).orThrow();
    return at;
  }

  private void check(JsonObject schema, JsonValue value, String at, List<String> wrong) {
    for (String word : schema.members().keySet())
      if (!KNOWN.contains(word)) wrong.add(at + ": the schema says " + word);
    var ref = schema.string("$ref");
    if (ref.isPresent()) {
      check(resolve(ref.get()), value, at, wrong);
      return;
    }
    var types = schema.strings("type").or(() -> schema.string("type").map(List::of));
    if (types.isPresent() && !types.get().contains(type(value))) {
      wrong.add(at + ": is " + type(value) + ", not " + types.get());
      return;
    }
    var words = schema.array("enum");
    if (words.isPresent() && !words.get().contains(value))
      wrong.add(at + ": none of " + words.get());
    switch (value) {
      case JsonString(String text) -> text(schema, text, at, wrong);
      case JsonArray(List<JsonValue> items) ->
          schema
              .object("items")
              .ifPresent(
                  of -> {
                    for (int i = 0; i < items.size(); i++)
                      check(of, items.get(i), at + "[" + i + "]", wrong);
                  });
      case JsonObject object -> members(schema, object, at, wrong);
      default -> {}
    }
  }

  private static void text(JsonObject schema, String text, String at, List<String> wrong) {
    var pattern = schema.string("pattern");
    if (pattern.isPresent() && !text.matches(pattern.get()))
      wrong.add(at + ": '" + text + "' is not of " + pattern.get());
    long most = schema.integer("maxLength").orElse(Long.MAX_VALUE);
    if (text.length() > most) wrong.add(at + ": longer than " + most);
    if (schema.string("format").orElse("").equals("date-time")) {
      try {
        var unused = Instant.parse(text);
      } catch (DateTimeException e) {
        wrong.add(at + ": '" + text + "' is no time");
      }
    }
  }

  private void members(JsonObject schema, JsonObject object, String at, List<String> wrong) {
    for (String name : schema.strings("required").orElse(List.of()))
      if (object.get(name).isEmpty()) wrong.add(at + ": without " + name);
    var properties = schema.object("properties").orElse(JsonObject.builder().build());
    boolean open = schema.bool("additionalProperties").orElse(true);
    object
        .members()
        .forEach(
            (name, value) -> {
              var of = properties.object(name);
              if (of.isPresent()) check(of.get(), value, at + "." + name, wrong);
              else if (!open) wrong.add(at + ": has " + name + ", which is not described");
            });
  }

  private static String type(JsonValue value) {
    return switch (value) {
      case JsonNull _ -> "null";
      case JsonBool _ -> "boolean";
      case JsonNumber n -> n.toLong().isPresent() ? "integer" : "number";
      case JsonString _ -> "string";
      case JsonArray _ -> "array";
      case JsonObject _ -> "object";
    };
  }

  static JsonObject parsed(String json) {
    return Json.object(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)).orThrow();
  }
}
