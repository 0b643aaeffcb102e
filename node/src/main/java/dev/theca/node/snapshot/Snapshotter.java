package dev.theca.node.snapshot;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of the proxy snapshotter. For a sealed image it tells containerd that each layer is
 * there already: containerd fetches manifest and configuration and nothing else. Ordinary layers
 * are kept here as directories and joined by overlayfs, as the stock snapshotter does.
 */
final class Snapshotter {
  /** A mount as containerd performs it. */
  record Mount(String type, String source, List<String> options) {
    ProtoWriter encode() {
      return new ProtoWriter().string(1, type).string(2, source).strings(4, options);
    }
  }

  private static final String REF = "containerd.io/snapshot.ref";
  private static final String MANIFEST = "containerd.io/snapshot/cri.manifest-digest";

  private final SnapshotStore store;
  private final Path content;
  private final boolean remoteAll;

  Snapshotter(SnapshotStore store, Path content, boolean remoteAll) {
    this.store = store;
    this.content = content;
    this.remoteAll = remoteAll;
  }

  private static long now() {
    return System.currentTimeMillis() / 1000;
  }

  synchronized List<Mount> prepare(
      String key, String parent, Map<String, String> labels, boolean view)
      throws SnapshotRefused, IOException {
    if (store.find(key).isPresent()) throw SnapshotRefused.exists(key);
    String ref = labels.getOrDefault(REF, "");
    if (!view && !ref.isEmpty() && remote(labels)) {
      placeholder("theca/" + key, parent, labels, ref);
      throw SnapshotRefused.exists(key);
    }
    boolean remote = false;
    var chain = labels;
    if (!parent.isEmpty()) {
      Snapshot below = parent(parent);
      if (below.kind() != Snapshot.Kind.COMMITTED)
        throw SnapshotRefused.state("parent " + parent + " is not committed");
      remote = below.remote();
      chain = below.labels();
    }
    var snapshot =
        new Snapshot(
            key,
            parent,
            view ? Snapshot.Kind.VIEW : Snapshot.Kind.ACTIVE,
            now(),
            now(),
            labels,
            store.newFolder(),
            remote);
    store.put(snapshot);
    if (remote)
      Placeholder.fill(store.content(snapshot.folder()), content, chain.getOrDefault(MANIFEST, ""));
    return mounts(snapshot);
  }

  /** Whether the layers of this image are the agents' affair. */
  private boolean remote(Map<String, String> labels) {
    if (remoteAll) return true;
    var manifest = Placeholder.blob(content, labels.getOrDefault(MANIFEST, ""));
    for (JsonValue layer : manifest.flatMap(m -> m.array("layers")).orElse(List.of())) {
      if (layer instanceof JsonObject l && l.string("mediaType").orElse("").endsWith("+encrypted"))
        return true;
    }
    return false;
  }

  private void placeholder(String name, String parent, Map<String, String> labels, String ref)
      throws IOException {
    for (Snapshot known : store.all()) {
      if (known.kind() == Snapshot.Kind.COMMITTED
          && known.parent().equals(parent)
          && known.labels().getOrDefault(REF, "").equals(ref)) return;
    }
    store.put(
        new Snapshot(
            name, parent, Snapshot.Kind.COMMITTED, now(), now(), labels, store.newFolder(), true));
  }

  /** A parent that containerd remembers and we do not is made again, as a placeholder. */
  private Snapshot parent(String name) throws SnapshotRefused, IOException {
    var found = store.find(name);
    if (found.isPresent()) return found.get();
    if (!name.startsWith("theca/")) throw SnapshotRefused.missing(name);
    store.put(
        new Snapshot(
            name, "", Snapshot.Kind.COMMITTED, now(), now(), Map.of(), store.newFolder(), true));
    return store.find(name).orElseThrow();
  }

  synchronized List<Mount> mounts(String key) throws SnapshotRefused {
    Snapshot snapshot = find(key);
    if (snapshot.kind() == Snapshot.Kind.COMMITTED)
      throw SnapshotRefused.state("snapshot " + key + " is committed");
    return mounts(snapshot);
  }

  private List<Mount> mounts(Snapshot snapshot) throws SnapshotRefused {
    boolean view = snapshot.kind() == Snapshot.Kind.VIEW;
    Path own = store.content(snapshot.folder());
    if (snapshot.parent().isEmpty() || snapshot.remote())
      return List.of(new Mount("bind", own.toString(), List.of("rbind", view ? "ro" : "rw")));
    var lower = new java.util.ArrayList<String>();
    for (String name = snapshot.parent(); !name.isEmpty(); ) {
      Snapshot below = find(name);
      lower.add(store.content(below.folder()).toString());
      name = below.parent();
    }
    if (view && lower.size() == 1)
      return List.of(new Mount("bind", lower.getFirst(), List.of("rbind", "ro")));
    String lowerdir = "lowerdir=" + String.join(":", lower);
    var options =
        view
            ? List.of(lowerdir)
            : List.of("workdir=" + store.work(snapshot.folder()), "upperdir=" + own, lowerdir);
    return List.of(new Mount("overlay", "overlay", options));
  }

  private Snapshot find(String name) throws SnapshotRefused {
    return store.find(name).orElseThrow(() -> SnapshotRefused.missing(name));
  }

  synchronized void commit(String name, String key, Map<String, String> labels)
      throws SnapshotRefused, IOException {
    if (store.find(name).isPresent()) throw SnapshotRefused.exists(name);
    Snapshot active = find(key);
    if (active.kind() != Snapshot.Kind.ACTIVE)
      throw SnapshotRefused.state("snapshot " + key + " is not active");
    store.replace(key, active.committed(name, labels, now()));
  }

  synchronized void remove(String key) throws SnapshotRefused, IOException {
    Snapshot snapshot = find(key);
    if (store.hasChildren(key)) throw SnapshotRefused.state("snapshot " + key + " has children");
    store.remove(snapshot);
  }

  synchronized Snapshot stat(String key) throws SnapshotRefused, IOException {
    return key.startsWith("theca/") ? parent(key) : find(key);
  }

  /** {@code paths} are {@code labels} or {@code labels.NAME}; none = all labels. */
  synchronized Snapshot update(String name, Map<String, String> labels, List<String> paths)
      throws SnapshotRefused, IOException {
    Snapshot snapshot = find(name);
    var now = new LinkedHashMap<>(snapshot.labels());
    if (paths.isEmpty() || paths.contains("labels")) {
      now.clear();
      now.putAll(labels);
    }
    for (String path : paths) {
      if (path.equals("labels")) continue;
      if (!path.startsWith("labels."))
        throw SnapshotRefused.state("only labels can be changed, not " + path);
      String label = path.substring(7);
      String value = labels.getOrDefault(label, "");
      if (value.isEmpty()) now.remove(label);
      else now.put(label, value);
    }
    store.put(snapshot.withLabels(now, now()));
    return find(name);
  }

  synchronized List<Snapshot> list() {
    return store.all();
  }

  synchronized void cleanUp() throws IOException {
    store.cleanUp();
  }

  /** Bytes and entries of a snapshot's own content. */
  long[] usage(String key) throws SnapshotRefused, IOException {
    Path folder;
    synchronized (this) {
      folder = store.content(find(key).folder());
    }
    long[] sum = {0, 0};
    try (var walk = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        sum[0] +=
            Files.isRegularFile(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                ? Files.size(path)
                : 4096;
        sum[1]++;
      }
    }
    return sum;
  }
}
