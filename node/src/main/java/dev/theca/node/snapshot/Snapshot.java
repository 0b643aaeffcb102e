package dev.theca.node.snapshot;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.proto.ProtoWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One snapshot. Times are milliseconds since 1970. {@code folder} is its number below the store;
 * {@code remote} says that its content, or that of a layer below it, never was on this host.
 */
record Snapshot(
    String name,
    String parent,
    Kind kind,
    long created,
    long updated,
    Map<String, String> labels,
    long folder,
    boolean remote,
    TreeUsage usage) {
  /** Numbers of containerd's {@code Kind}. */
  enum Kind {
    VIEW(1, "View"),
    ACTIVE(2, "Active"),
    COMMITTED(3, "Committed");

    final int number;

    /** As filters name it. */
    final String text;

    Kind(int number, String text) {
      this.number = number;
      this.text = text;
    }

    private static Optional<Kind> of(String text) {
      for (Kind kind : values()) if (kind.text.equals(text)) return Optional.of(kind);
      return Optional.empty();
    }
  }

  Snapshot {
    labels = Map.copyOf(labels);
  }

  static Snapshot made(
      String name,
      String parent,
      Kind kind,
      Map<String, String> labels,
      long folder,
      boolean remote) {
    long now = System.currentTimeMillis();
    return new Snapshot(name, parent, kind, now, now, labels, folder, remote, TreeUsage.UNKNOWN);
  }

  Snapshot withLabels(Map<String, String> now) {
    long at = System.currentTimeMillis();
    return new Snapshot(name, parent, kind, created, at, now, folder, remote, usage);
  }

  /** Labels are those of the commit only. */
  Snapshot committed(String as, Map<String, String> now) {
    return made(as, parent, Kind.COMMITTED, now, folder, remote);
  }

  Snapshot withUsage(TreeUsage counted) {
    return new Snapshot(name, parent, kind, created, updated, labels, folder, remote, counted);
  }

  /** The same without content on this host. */
  Snapshot emptied() {
    return new Snapshot(
        name, parent, kind, created, updated, labels, folder, true, TreeUsage.UNKNOWN);
  }

  ProtoWriter info() {
    return new ProtoWriter()
        .string(1, name)
        .string(2, parent)
        .varint(3, kind.number)
        .message(4, timestamp(created))
        .message(5, timestamp(updated))
        .map(6, labels);
  }

  private static ProtoWriter timestamp(long millis) {
    return new ProtoWriter()
        .varint(1, Math.floorDiv(millis, 1000L))
        .varint(2, Math.floorMod(millis, 1000L) * 1_000_000L);
  }

  JsonObject json() {
    var members = new LinkedHashMap<String, JsonValue>();
    labels.forEach((key, value) -> members.put(key, new JsonString(value)));
    return JsonObject.builder()
        .put("name", name)
        .put("parent", parent)
        .put("kind", kind.text)
        .put("created", created)
        .put("updated", updated)
        .put("labels", new JsonObject(members))
        .put("folder", folder)
        .put("remote", remote)
        .put("size", usage.size())
        .put("inodes", usage.inodes())
        .build();
  }

  /** Reads what {@link #json} wrote; empty when a member is missing or of another type. */
  static Optional<Snapshot> read(JsonObject json) {
    var labels = new LinkedHashMap<String, String>();
    for (var label :
        json.object("labels").orElse(JsonObject.builder().build()).members().entrySet())
      if (label.getValue() instanceof JsonString(var value)) labels.put(label.getKey(), value);
    var kind = json.string("kind").flatMap(Kind::of);
    var name = json.string("name");
    var folder = json.integer("folder");
    if (kind.isEmpty() || name.isEmpty() || folder.isEmpty() || folder.get() < 1)
      return Optional.empty();
    return Optional.of(
        new Snapshot(
            name.get(),
            json.string("parent").orElse(""),
            kind.get(),
            json.integer("created").orElse(0L),
            json.integer("updated").orElse(0L),
            labels,
            folder.get(),
            json.bool("remote").orElse(false),
            new TreeUsage(json.integer("size").orElse(-1L), json.integer("inodes").orElse(-1L))));
  }
}
