package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.seal.KeyEncryptions;
import dev.theca.broker.spi.KeyEncryption;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * {@code [kek]}: the key-encryption key, and {@code [[kek_older]]}: those under which data keys may
 * still stand. Members beside {@code type} are the kind's own.
 */
public record KekSettings(Kind current, List<Kind> older) {
  /** A kind of key-encryption key with its settings. */
  public record Kind(String type, Map<String, String> settings) {
    public Kind {
      settings = Map.copyOf(settings);
    }

    /** Opens it; makes it when nothing was sealed yet. */
    public KeyEncryption open(boolean create) {
      return KeyEncryptions.open(type, settings, create);
    }
  }

  public KekSettings {
    older = List.copyOf(older);
  }

  /** Reads both tables; without any, a file in the state folder. */
  static KekSettings read(Fields fields, JsonObject json, Path state) {
    var file = new Kind("file", Map.of("path", state.resolve("kek") + ""));
    var current = fields.has("kek") ? kind(fields, "kek", json.get("kek").orElseThrow()) : file;
    var older = new ArrayList<Kind>();
    for (var item : fields.list("kek_older")) older.add(kind(fields, "kek_older", item));
    return new KekSettings(current, older);
  }

  private static Kind kind(Fields fields, String key, JsonValue value) {
    var table = fields.object(key, value);
    var json = value instanceof JsonObject object ? object : JsonObject.builder().build();
    String type = table.text("type");
    var settings = new LinkedHashMap<String, String>();
    var names = new TreeSet<>(KeyEncryptions.settings(type));
    // a provider's kind knows its own settings, and is given them as they are written
    if (names.isEmpty()) names.addAll(json.members().keySet());
    boolean ours = !KeyEncryptions.settings(type).isEmpty();
    names.remove("type");
    for (String name : names) {
      String written = ours ? name.replace('-', '_') : name;
      if (table.has(written)) settings.put(name, word(table, written, json));
    }
    fields.take(table);
    return new Kind(type, settings);
  }

  private static String word(Fields table, String key, JsonObject json) {
    return switch (json.members().get(key)) {
      case JsonString(String text) -> text;
      case JsonBool(boolean flag) -> flag + "";
      case JsonNumber number -> number.literal();
      case null, default -> {
        table.wrong(key, "a text, a number, true or false", "another value");
        yield "";
      }
    };
  }
}
