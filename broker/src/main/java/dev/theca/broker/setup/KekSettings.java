package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.seal.KeyEncryptions;
import dev.theca.broker.spi.KeyEncryption;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code [kek]}: the key-encryption key, and {@code [[kek_older]]}: those under which data keys may
 * still stand. Members beside {@code type} are the kind's own.
 */
public record KekSettings(Kind current, List<Kind> older) {
  /** A kind of key-encryption key with its settings. */
  public record Kind(String type, Map<String, String> settings) {
    /** Opens it; makes it when nothing was sealed yet. */
    public KeyEncryption open(boolean create) {
      return KeyEncryptions.open(type, settings, create);
    }
  }

  /** Reads both tables; without any, a file in the state folder. */
  static KekSettings read(Fields fields, JsonObject json, Path state) {
    var file = new Kind("file", Map.of("path", state.resolve("kek") + ""));
    var current = fields.has("kek") ? kind(fields, json) : file;
    var older = new ArrayList<Kind>();
    for (var item : fields.list("kek_older")) {
      if (item instanceof JsonObject table) older.add(kind(table));
      else fields.wrong("kek_older", "tables [[kek_older]]", "another value");
    }
    return new KekSettings(current, older);
  }

  private static Kind kind(Fields fields, JsonObject json) {
    var table = json.object("kek");
    if (table.isPresent()) return kind(table.get());
    fields.wrong("kek", "a table", "another value");
    return new Kind("", Map.of());
  }

  private static Kind kind(JsonObject table) {
    var settings = new LinkedHashMap<String, String>();
    table
        .members()
        .forEach(
            (name, value) -> {
              switch (value) {
                case JsonString(String text) -> settings.put(name, text);
                case JsonBool(boolean flag) -> settings.put(name, flag + "");
                case JsonNumber number -> settings.put(name, number.literal());
                default -> settings.put(name, "");
              }
            });
    String type = settings.remove("type");
    return new Kind(type == null ? "" : type, settings);
  }
}
