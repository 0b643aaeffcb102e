package dev.theca.node.snapshot;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.proto.ProtoWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One snapshot. {@code folder} is its number below the store; {@code remote} says that its content
 * never was on this host.
 */
record Snapshot(
    String name,
    String parent,
    Kind kind,
    long created,
    long updated,
    Map<String, String> labels,
    long folder,
    boolean remote) {
  enum Kind {
    VIEW(1),
    ACTIVE(2),
    COMMITTED(3);

    final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  Snapshot {
    labels = Map.copyOf(labels);
  }

  Snapshot withLabels(Map<String, String> now, long at) {
    return new Snapshot(name, parent, kind, created, at, now, folder, remote);
  }

  Snapshot committed(String as, Map<String, String> now, long at) {
    return new Snapshot(as, parent, Kind.COMMITTED, created, at, now, folder, remote);
  }

  ProtoWriter info() {
    return new ProtoWriter()
        .string(1, name)
        .string(2, parent)
        .varint(3, kind.number)
        .message(4, new ProtoWriter().varint(1, created))
        .message(5, new ProtoWriter().varint(1, updated))
        .map(6, labels);
  }

  JsonObject json() {
    var members = new LinkedHashMap<String, JsonValue>();
    labels.forEach((key, value) -> members.put(key, new JsonString(value)));
    return JsonObject.builder()
        .put("name", name)
        .put("parent", parent)
        .put("kind", kind.name())
        .put("created", created)
        .put("updated", updated)
        .put("labels", new JsonObject(members))
        .put("folder", folder)
        .put("remote", remote)
        .build();
  }

  static Snapshot read(JsonObject json) {
    var labels = new LinkedHashMap<String, String>();
    json.object("labels")
        .orElse(JsonObject.builder().build())
        .members()
        .forEach((key, value) -> labels.put(key, ((JsonString) value).value()));
    return new Snapshot(
        json.requireString("name").orThrow(),
        json.requireString("parent").orThrow(),
        Kind.valueOf(json.requireString("kind").orThrow()),
        json.requireInteger("created").orThrow(),
        json.requireInteger("updated").orThrow(),
        labels,
        json.requireInteger("folder").orThrow(),
        json.requireBool("remote").orThrow());
  }
}
