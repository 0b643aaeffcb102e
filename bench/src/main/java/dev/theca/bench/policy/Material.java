package dev.theca.bench.policy;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.BoolValue;
import dev.theca.rego.value.NullValue;
import dev.theca.rego.value.NumberValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Policies, evidence and reference values: those of the tests of the room of policies. */
final class Material {
  private final Path folder;

  /** Reference values, as our engine takes them. */
  final ObjectValue references;

  /** The same as Java objects, as others take them. */
  final Map<String, Object> plain;

  Material(Path root) throws IOException {
    folder = root.resolve("rego/src/test/resources/attestation");
    var table =
        (Map<?, ?>)
            new Load(LoadSettings.builder().build()).loadFromString(text(folder, "cpu.yaml"));
    references = (ObjectValue) value(table.get("references"));
    plain = map(references);
  }

  /** The file of a policy. */
  String policy(String name) throws IOException {
    return text(folder, name);
  }

  /** The JSON of evidence. */
  byte[] json(String name) throws IOException {
    return Files.readAllBytes(folder.resolve("inputs").resolve(name));
  }

  /** Evidence, read. */
  static Value read(byte[] json) {
    return Values.of(Json.parse(json, Limits.DEFAULT).orThrow());
  }

  /** A file of this benchmark. */
  static String own(String name) throws IOException {
    try (InputStream in = Material.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String text(Path folder, String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private static Value value(@Nullable Object object) {
    return switch (object) {
      case null -> NullValue.NULL;
      case Boolean flag -> Value.of(flag);
      case Number number -> Value.of(number.longValue());
      case List<?> list -> ArrayValue.of(list.stream().map(Material::value).toList());
      case Map<?, ?> map -> {
        var members = new HashMap<Value, Value>();
        map.forEach((key, member) -> members.put(Value.of(key.toString()), value(member)));
        yield ObjectValue.owning(members);
      }
      default -> Value.of(object.toString());
    };
  }

  /** An object as a Java map. */
  static Map<String, Object> map(ObjectValue object) {
    var members = new HashMap<String, Object>();
    object.forEach((key, member) -> members.put(((TextValue) key).text(), plain(member)));
    return members;
  }

  private static Object plain(Value value) {
    return switch (value) {
      case BoolValue flag -> flag.value();
      case NumberValue number -> number.longValue();
      case TextValue(String text) -> text;
      case ArrayValue array -> {
        var items = new ArrayList<Object>();
        array.forEach(item -> items.add(plain(item)));
        yield items;
      }
      case ObjectValue object -> map(object);
      // of no part that anybody looks at
      case NullValue _ -> "";
      case dev.theca.rego.value.SetValue _ -> throw new IllegalStateException("a set in JSON");
    };
  }
}
