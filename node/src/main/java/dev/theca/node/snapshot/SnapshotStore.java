package dev.theca.node.snapshot;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The snapshots of this node, in one file that is replaced whole and synced before an answer.
 * Folder numbers are never used twice.
 */
final class SnapshotStore {
  private static final int MAX = 64 << 20;

  private final Path root;
  private final Map<String, Snapshot> snapshots = new LinkedHashMap<>();
  private long next = 1;

  SnapshotStore(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root.resolve("snapshots"));
    Path file = file();
    if (Files.exists(file)) {
      var json = Json.object(Files.readAllBytes(file), Limits.DEFAULT.withBytes(MAX)).orThrow();
      next = json.requireInteger("next").orThrow();
      for (JsonValue item : json.array("snapshots").orElse(List.of())) {
        var snapshot = Snapshot.read((JsonObject) item);
        snapshots.put(snapshot.name(), snapshot);
      }
    }
  }

  private Path file() {
    return root.resolve("snapshots.json");
  }

  Optional<Snapshot> find(String name) {
    return Optional.ofNullable(snapshots.get(name));
  }

  List<Snapshot> all() {
    return List.copyOf(snapshots.values());
  }

  boolean hasChildren(String name) {
    return snapshots.values().stream().anyMatch(s -> s.parent().equals(name));
  }

  /** Makes the folders of a new snapshot and gives their number. */
  long newFolder() throws IOException {
    long number = next++;
    Files.createDirectories(content(number));
    Files.createDirectories(work(number));
    return number;
  }

  Path content(long folder) {
    return root.resolve("snapshots/" + folder + "/fs");
  }

  Path work(long folder) {
    return root.resolve("snapshots/" + folder + "/work");
  }

  void put(Snapshot snapshot) throws IOException {
    snapshots.put(snapshot.name(), snapshot);
    save();
  }

  /** Replaces one by another, in one step. */
  void replace(String name, Snapshot by) throws IOException {
    snapshots.remove(name);
    put(by);
  }

  void remove(Snapshot snapshot) throws IOException {
    snapshots.remove(snapshot.name());
    save();
    delete(root.resolve("snapshots/" + snapshot.folder()));
  }

  /** Deletes folders that no snapshot names. */
  void cleanUp() throws IOException {
    var used = snapshots.values().stream().map(s -> s.folder() + "").toList();
    List<Path> folders;
    try (Stream<Path> list = Files.list(root.resolve("snapshots"))) {
      folders = list.toList();
    }
    for (Path folder : folders) if (!used.contains(folder.getFileName().toString())) delete(folder);
  }

  private void save() throws IOException {
    var items = new ArrayList<JsonValue>();
    for (Snapshot snapshot : snapshots.values()) items.add(snapshot.json());
    byte[] text =
        Json.write(
            JsonObject.builder().put("next", next).put("snapshots", new JsonArray(items)).build());
    Path part = root.resolve("snapshots.json.part");
    try (var channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(text);
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(part, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
