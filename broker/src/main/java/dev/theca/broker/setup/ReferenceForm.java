package dev.theca.broker.setup;

import dev.theca.broker.admin.Fields;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of the reference's key broker service (kbs-protocol.md, section 14.1), said in
 * our words. What has no equivalent is refused by name, with what to write instead. Tables of ours
 * may stand beside, and win.
 */
final class ReferenceForm {
  private static final List<String> THEIRS =
      List.of(
          "http_server",
          "storage_backend",
          "attestation_service",
          "session_storage_type",
          "plugins");

  private final Fields fields;
  private final JsonObject json;
  private final Map<String, JsonValue> ours = new LinkedHashMap<>();

  private ReferenceForm(JsonObject json) {
    this.json = json;
    this.fields = new Fields(SetupCode.BROKER_CONFIGURATION, "broker", json);
  }

  /** Whether a table is there that only the reference has. */
  static boolean is(JsonObject json) {
    return json.get("http_server").isPresent() || json.get("storage_backend").isPresent();
  }

  static Outcome<JsonObject> translate(JsonObject json) {
    return new ReferenceForm(json).translated();
  }

  private Outcome<JsonObject> translated() {
    new ReferenceListener(this).read(fields.table("http_server"));
    new ReferenceStorage(this).read(fields.table("storage_backend"));
    new ReferenceService(this).read(fields.table("attestation_service"));
    // one store holds everything, sessions too
    fields.has("session_storage_type");
    plugins();
    json.members()
        .forEach(
            (key, value) -> {
              if (!THEIRS.contains(key) && fields.has(key)) ours.put(key, value);
            });
    return fields.done(() -> new JsonObject(ours));
  }

  /** Whether the operator says it in our words. */
  boolean says(String key) {
    return json.get(key).isPresent();
  }

  void put(String key, JsonValue value) {
    ours.put(key, value);
  }

  /** A key of a table of ours. */
  void put(String table, String key, JsonValue value) {
    var members = new LinkedHashMap<String, JsonValue>();
    if (ours.get(table) instanceof JsonObject before) members.putAll(before.members());
    members.put(key, value);
    ours.put(table, new JsonObject(members));
  }

  /** A text under another name, where it is there. */
  void text(Fields from, String key, String table, String name) {
    if (from.has(key)) put(table, name, new JsonString(from.text(key, "")));
  }

  void done(Fields table) {
    fields.take(table);
  }

  /** Refuses a key that has no equivalent. */
  static void without(Fields table, String key, String instead) {
    if (table.has(key)) table.wrong(key, instead, "a setting of another service");
  }

  private void plugins() {
    var kept = new java.util.ArrayList<JsonValue>();
    for (JsonValue item : fields.list("plugins")) {
      var plugin = fields.object("plugins", item);
      switch (plugin.text("name")) {
        case "resource" -> resource(plugin);
        case "sample" -> fields.wrong("plugins.name", "no sample: it is for tests only", "sample");
        case "nebula-ca" -> fields.wrong("plugins.name", "x509-ca instead", "nebula-ca");
        default -> kept.add(item);
      }
    }
    if (!kept.isEmpty()) ours.put("plugins", new JsonArray(kept));
  }

  /** Resources are always there, in the store. */
  private void resource(Fields plugin) {
    for (String key : List.of("storage_backend_type", "type")) {
      String type = plugin.text(key, "kvstorage");
      if (!ReferenceStorage.word(type).equals("kvstorage"))
        plugin.wrong(key, "kvstorage; to seal resources under Vault's keys, use [kek]", type);
    }
    fields.take(plugin);
  }
}
