package dev.theca.node.control;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * What a runtime says it can do (OCI runtime features), and what of it holds for confidential
 * containers: containerd offers a feature to pods only when it reads of it here.
 */
final class Features {
  /** An enclave's file system knows one set of users: no user namespaces, no mapped mounts. */
  private static final Set<String> MAPPED = Set.of("idmap", "ridmap");

  private Features() {}

  /** Without user namespaces and id-mapped mounts; text that is no object becomes an empty one. */
  static byte[] confidential(byte[] features) {
    JsonObject all =
        Json.object(features) instanceof Outcome.Granted<JsonObject>(var read)
            ? read
            : JsonObject.builder().build();
    var kept = new LinkedHashMap<>(all.members());
    all.array("mountOptions")
        .ifPresent(options -> kept.put("mountOptions", without(options, MAPPED)));
    all.object("linux").ifPresent(linux -> kept.put("linux", confidential(linux)));
    return Json.write(new JsonObject(kept));
  }

  private static JsonObject confidential(JsonObject linux) {
    var kept = new LinkedHashMap<>(linux.members());
    kept.remove("mountExtensions");
    linux
        .array("namespaces")
        .ifPresent(names -> kept.put("namespaces", without(names, Set.of("user"))));
    return new JsonObject(kept);
  }

  private static JsonValue without(List<JsonValue> items, Set<String> names) {
    return new JsonArray(
        items.stream()
            .filter(item -> !(item instanceof JsonString(String name) && names.contains(name)))
            .toList());
  }
}
