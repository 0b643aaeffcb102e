package dev.theca.broker.token;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** What a token says that was measured: the claims that name code, of each TEE. */
final class Measurements {
  private static final Set<String> NAMES =
      Set.of(
          "mr_enclave",
          "mr_signer",
          "mr_td",
          "measurement",
          "measure",
          "launch_digest",
          "cca_realm_initial_measurement",
          "image_phkh");

  private Measurements() {}

  /** Lower-case texts, as the claims print them. */
  static Set<String> of(JsonObject claims) {
    var found = new HashSet<String>();
    collect(claims, found, 0);
    return found;
  }

  private static void collect(JsonValue value, Set<String> found, int depth) {
    if (depth > 64) return;
    switch (value) {
      case JsonObject object ->
          object
              .members()
              .forEach(
                  (name, member) -> {
                    if (member instanceof JsonString(String text)) {
                      if (NAMES.contains(name)) found.add(text.toLowerCase(Locale.ROOT));
                    } else {
                      collect(member, found, depth + 1);
                    }
                  });
      case JsonArray array -> array.items().forEach(item -> collect(item, found, depth + 1));
      default -> {}
    }
  }
}
