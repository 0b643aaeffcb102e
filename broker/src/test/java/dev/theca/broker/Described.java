package dev.theca.broker;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An operation as the description of the API has it. */
record Described(String method, String template, JsonObject json) {
  private static final String FILE = "/dev/theca/broker/api/openapi.json";

  /** A request body. */
  record Body(String contentType, JsonObject schema, Optional<JsonValue> example) {
    byte[] bytes() {
      return switch (example.orElse(new JsonString(""))) {
        case JsonString(String text) -> text.getBytes(StandardCharsets.UTF_8);
        case JsonValue value -> Json.write(value);
      };
    }
  }

  static byte[] file() {
    try (var in = Described.class.getResourceAsStream(FILE)) {
      return java.util.Objects.requireNonNull(in).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject document() {
    return Json.object(file(), Limits.DEFAULT.withBytes(4 << 20)).orThrow();
  }

  /** In the order of the file. */
  static List<Described> all(JsonObject document) {
    var all = new ArrayList<Described>();
    document
        .requireObject("paths")
        .orThrow()
        .members()
        .forEach(
            (path, methods) ->
                ((JsonObject) methods)
                    .members()
                    .forEach(
                        (method, json) ->
                            all.add(
                                new Described(
                                    method.toUpperCase(Locale.ROOT), path, (JsonObject) json))));
    return all;
  }

  String id() {
    return json.requireString("operationId").orThrow();
  }

  boolean has(String extension) {
    return json.get("x-theca-" + extension).isPresent();
  }

  /** Names of the ways to be known, any of which will do. */
  List<String> security() {
    return objects(json, "security").stream()
        .map(one -> one.members().keySet().iterator().next())
        .toList();
  }

  List<JsonObject> parameters() {
    return objects(json, "parameters");
  }

  private static List<JsonObject> objects(JsonObject json, String member) {
    return json.array(member).orElse(List.of()).stream().map(JsonObject.class::cast).toList();
  }

  /** The path with the examples of its parameters; other values for those of the path. */
  String path(Map<String, String> others) {
    String path = template;
    var query = new StringBuilder();
    for (var parameter : parameters()) {
      String name = parameter.requireString("name").orThrow();
      var example = parameter.get("example").map(Described::text);
      if (parameter.requireString("in").orThrow().equals("path"))
        path = path.replace("{" + name + "}", others.getOrDefault(name, example.orElseThrow()));
      else if (example.isPresent())
        query
            .append(query.isEmpty() ? '?' : '&')
            .append(name)
            .append('=')
            .append(URLEncoder.encode(example.get(), StandardCharsets.UTF_8));
    }
    return path + query;
  }

  private static String text(JsonValue value) {
    return value instanceof JsonString(String text) ? text : Json.text(value);
  }

  Optional<Body> body() {
    return json.object("requestBody")
        .flatMap(body -> body.object("content"))
        .map(
            content -> {
              String type = content.members().keySet().iterator().next();
              var media = content.requireObject(type).orThrow();
              return new Body(type, media.requireObject("schema").orThrow(), media.get("example"));
            });
  }

  Map<String, JsonValue> responses() {
    return json.requireObject("responses").orThrow().members();
  }
}
