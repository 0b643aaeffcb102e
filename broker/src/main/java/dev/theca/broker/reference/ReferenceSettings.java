package dev.theca.broker.reference;

import dev.theca.broker.admin.Fields;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The table {@code [reference]}: {@code unsigned}, {@code life_months}, {@code [[reference.keys]]}.
 * Without it, nothing can be registered, because nobody may say what is good.
 *
 * @param unsignedByAdmin whether an administrator may register without a signature
 * @param lifeMonths how long values hold whose message does not say
 */
public record ReferenceSettings(boolean unsignedByAdmin, int lifeMonths, List<ProvenanceKey> keys) {
  private static final int MAX_KEYS = 100;

  public ReferenceSettings {
    keys = List.copyOf(keys);
  }

  public static Outcome<ReferenceSettings> parse(JsonObject json) {
    var fields = new Fields(ReferenceCode.SETTINGS, "reference", json);
    String unsigned = fields.text("unsigned", "refuse");
    if (!unsigned.equals("refuse") && !unsigned.equals("admin"))
      fields.wrong("unsigned", "refuse or admin", ReferenceCode.shown(unsigned));
    int months = (int) fields.number("life_months", 12, 1, 120);
    var keys = new ArrayList<ProvenanceKey>();
    var names = new HashSet<String>();
    for (JsonValue value : fields.list("keys")) {
      if (!(value instanceof JsonObject object)) {
        fields.wrong("keys", "a list of tables", "another value in it");
        continue;
      }
      switch (ProvenanceKey.parse(object)) {
        case Outcome.Granted<ProvenanceKey>(var key) -> {
          keys.add(key);
          if (!names.add(key.name()))
            fields.wrong("keys", "each name once", ReferenceCode.shown(key.name()));
        }
        case Outcome.Refused<ProvenanceKey>(var reasons) -> fields.refuse(reasons);
      }
    }
    if (keys.size() > MAX_KEYS)
      fields.wrong("keys", "up to " + MAX_KEYS + " keys", keys.size() + "");
    return fields.done(() -> new ReferenceSettings(unsigned.equals("admin"), months, keys));
  }
}
