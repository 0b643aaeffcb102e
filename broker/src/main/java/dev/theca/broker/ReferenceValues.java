package dev.theca.broker;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What measurements are expected, by name ({@code sgx_mr_signer}, ...), each a list of JSON values.
 * Registered as the field's RVPS takes its "sample" messages: {@code
 * {"version":"0.1.0","type":"sample","payload":"<base64 of {name: [..]}>"}}.
 */
final class ReferenceValues {
  private final Path file;
  private final Map<String, JsonValue> values = new TreeMap<>();

  ReferenceValues(Path file) {
    this.file = file;
    if (!Files.exists(file)) return;
    try {
      values.putAll(Json.object(Files.readAllBytes(file)).orThrow().members());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  synchronized Outcome<List<String>> register(JsonObject message) {
    if (!message.string("type").orElse("").equals("sample"))
      return bad("type 'sample'", "type '" + message.string("type").orElse("") + "'");
    byte[] payload;
    try {
      payload = Base64.getDecoder().decode(message.string("payload").orElse(""));
    } catch (IllegalArgumentException e) {
      return bad("a payload in base64", "other text");
    }
    return Json.object(payload)
        .then(
            object -> {
              for (var entry : object.members().entrySet()) {
                if (!(entry.getValue() instanceof JsonArray))
                  return bad("a list of values for '" + entry.getKey() + "'", "another value");
              }
              values.putAll(object.members());
              save();
              return Outcome.granted(List.copyOf(object.members().keySet()));
            });
  }

  private void save() {
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.write(next, Json.write(new JsonObject(values)));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  synchronized Optional<JsonValue> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The texts registered under a name; empty when there are none. */
  List<String> texts(String name) {
    return find(name)
        .map(v -> v instanceof JsonArray(var items) ? items : List.<JsonValue>of())
        .orElse(List.of())
        .stream()
        .map(
            v ->
                v instanceof JsonString(String text)
                    ? text
                    : new String(Json.write(v), StandardCharsets.UTF_8))
        .toList();
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        Code.of("bad-reference-value"),
        "reference value",
        expected,
        found,
        "send an RVPS message of type sample");
  }
}
