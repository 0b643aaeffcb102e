package dev.theca.node.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The rules of the proxy snapshotter. For a sealed image it tells containerd that each layer is
 * there already: containerd fetches manifest and configuration and nothing else. Ordinary layers
 * are kept here as directories and joined by overlayfs, as the stock snapshotter does. What was
 * answered is on the disk. Reading waits for no writer, and nobody waits for a tree to be deleted.
 */
final class Snapshotter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final String REF = "containerd.io/snapshot.ref";

  /** Names of layers as we, containerd's metadata store, or a caller without one give them. */
  private static final Pattern LAYER =
      Pattern.compile("theca/.+|(?:[^/]+/[0-9]+/)?sha256:[0-9a-f]{64}", Pattern.DOTALL);

  /** The key under which containerd's library unpacks a layer, with its chain id. */
  private static final Pattern UNPACKING =
      Pattern.compile("(?:^|/)extract-\\S+ (sha256:[0-9a-f]{64})$");

  private final SnapshotStore store;
  private final RemoteRule rule;
  private final KnownImages images;
  private final SnapshotUsage usage;
  private final ContainerRoots containers;

  Snapshotter(SnapshotStore store, RemoteRule rule) {
    this.store = store;
    this.rule = rule;
    images = new KnownImages(rule.content());
    usage = new SnapshotUsage(store);
    containers = new ContainerRoots(store);
  }

  private interface Change<T> {
    T make() throws SnapshotRefused, IOException;
  }

  /** Makes a change alone, and returns when it is on the disk. */
  private <T> T durable(Change<T> change) throws SnapshotRefused, IOException {
    T made;
    long ticket;
    store.lock();
    try {
      made = change.make();
      ticket = store.ticket();
    } finally {
      store.unlock();
    }
    store.sync(ticket);
    return made;
  }

  List<Mount> prepare(String key, String parent, Map<String, String> labels, boolean view)
      throws SnapshotRefused, IOException {
    Bounds.name("key", key);
    Bounds.optional("parent", parent);
    Bounds.labels(labels);
    var mapping = IdMapping.of(labels);
    String ref = labels.getOrDefault(REF, "");
    if (!view && !ref.isEmpty() && rule.leaves(labels, ref, images)) {
      Snapshot unused = durable(() -> placeholder("theca/" + key, parent, labels, ref));
      throw SnapshotRefused.exists(key);
    }
    if (ref.isEmpty()) refuseToUnpack(key);
    var kind = view ? Snapshot.Kind.VIEW : Snapshot.Kind.ACTIVE;
    Snapshot made = durable(() -> create(key, parent, kind, labels, mapping));
    if (made.remote()) Placeholder.fill(store.folders().content(made.folder()), users(made));
    return mounts(made);
  }

  /**
   * A client that unpacks by itself (ctr of 1.x, its import) does not ask whether a layer is there:
   * told so, it would ask again for ever. Ciphertext ends in its unpacking, with words for nobody.
   */
  private void refuseToUnpack(String key) throws SnapshotRefused {
    var unpacking = UNPACKING.matcher(key);
    if (unpacking.find() && RemoteRule.areEncrypted(images.beginningWith(unpacking.group(1))))
      throw SnapshotRefused.state(
          "image-encrypted: layer "
              + unpacking.group(1)
              + " is encrypted, expected one that this host can unpack; only agents of confidential"
              + " pods open it: run a pod of the handler theca, which pulls it (crictl pull, or ctr"
              + " image pull of containerd 2.x with --snapshotter theca)");
  }

  /** Of every image that this snapshot can be of. */
  private Set<String> users(Snapshot made) {
    var users = new HashSet<String>();
    users.add(Placeholder.user(rule.content(), containers.image(made).manifestDigest()));
    String chain = store.find(made.parent()).map(Snapshotter::chainId).orElse("");
    images.beginningWith(chain).forEach(image -> users.add(image.user()));
    return users;
  }

  /** What containerd calls the stack that ends with a layer; one without a label has it as name. */
  private static String chainId(Snapshot layer) {
    String name = layer.name();
    return layer.labels().getOrDefault(REF, name.substring(name.lastIndexOf('/') + 1));
  }

  private Snapshot create(
      String key,
      String parent,
      Snapshot.Kind kind,
      Map<String, String> labels,
      Optional<IdMapping> mapping)
      throws SnapshotRefused, IOException {
    if (store.find(key).isPresent()) throw SnapshotRefused.exists(key);
    boolean remote = false;
    int uid = 0;
    int gid = 0;
    if (!parent.isEmpty()) {
      var chain = chain(committed(parent));
      for (Snapshot below : chain) remote |= store.healed(below).remote();
      Path above = store.folders().content(chain.getFirst().folder());
      uid = (int) java.nio.file.Files.getAttribute(above, "unix:uid");
      gid = (int) java.nio.file.Files.getAttribute(above, "unix:gid");
    }
    if (mapping.isPresent()) {
      uid = mapping.get().rootUid();
      gid = mapping.get().rootGid();
    }
    long folder = store.newFolder(uid, gid);
    var snapshot = Snapshot.made(key, parent, kind, labels, folder, remote);
    store.put(snapshot);
    return snapshot;
  }

  private Snapshot placeholder(String name, String parent, Map<String, String> labels, String ref)
      throws SnapshotRefused, IOException {
    if (!parent.isEmpty()) chain(committed(parent));
    for (Snapshot known : store.children(parent)) {
      if (known.kind() == Snapshot.Kind.COMMITTED
          && known.labels().getOrDefault(REF, "").equals(ref)) return known;
    }
    if (store.find(name).isPresent()) throw SnapshotRefused.exists(name);
    return placeholder(name, parent, labels);
  }

  private Snapshot placeholder(String name, String parent, Map<String, String> labels)
      throws IOException {
    long folder = store.newFolder(0, 0);
    var made = Snapshot.made(name, parent, Snapshot.Kind.COMMITTED, labels, folder, true);
    store.put(made);
    return made;
  }

  /** A layer to stack on. One that containerd remembers and we do not is made, as a placeholder. */
  private Snapshot committed(String name) throws SnapshotRefused, IOException {
    Snapshot found = layer(name);
    if (found.kind() != Snapshot.Kind.COMMITTED)
      throw SnapshotRefused.invalid("parent " + name + " is not committed");
    return found;
  }

  private Snapshot layer(String name) throws SnapshotRefused, IOException {
    var found = store.find(name);
    if (found.isPresent()) return found.get();
    if (!LAYER.matcher(name).matches()) throw SnapshotRefused.missing(name);
    LOG.log(
        System.Logger.Level.WARNING,
        "stage=snapshot outcome=made-again snapshot=" + name + " reason=unknown to our store");
    return placeholder(name, "", Map.of());
  }

  /** A layer and all below it, top first. */
  private List<Snapshot> chain(Snapshot top) throws SnapshotRefused {
    var chain = new ArrayList<Snapshot>();
    chain.add(top);
    for (Snapshot below = top; !below.parent().isEmpty(); chain.add(below)) {
      below = find(below.parent());
      if (chain.size() >= Bounds.DEPTH)
        throw SnapshotRefused.invalid("more than %d layers on each other".formatted(Bounds.DEPTH));
    }
    return chain;
  }

  private Snapshot find(String name) throws SnapshotRefused {
    return store.find(name).orElseThrow(() -> SnapshotRefused.missing(name));
  }

  List<Mount> mounts(String key) throws SnapshotRefused, IOException {
    Snapshot snapshot = find(key);
    if (snapshot.kind() == Snapshot.Kind.COMMITTED)
      throw SnapshotRefused.state("snapshot " + key + " is committed, it has no mounts");
    return mounts(store.healed(snapshot));
  }

  private List<Mount> mounts(Snapshot snapshot) throws SnapshotRefused {
    var lower = new ArrayList<Path>();
    if (!snapshot.parent().isEmpty())
      for (Snapshot below : chain(find(snapshot.parent())))
        lower.add(store.folders().content(below.folder()));
    Path content = store.folders().content(snapshot.folder());
    boolean view = snapshot.kind() == Snapshot.Kind.VIEW;
    if (snapshot.remote()) return List.of(Mount.bind(content, view, List.of()));
    var mapping = IdMapping.of(snapshot.labels()).map(IdMapping::options).orElse(List.of());
    if (lower.isEmpty()) return List.of(Mount.bind(content, view, mapping));
    if (!view)
      return List.of(
          Mount.overlay(lower, content, store.folders().work(snapshot.folder()), mapping));
    return List.of(
        lower.size() == 1
            ? Mount.bind(lower.getFirst(), true, mapping)
            : Mount.stacked(lower, mapping));
  }

  void commit(String name, String key, Map<String, String> labels)
      throws SnapshotRefused, IOException {
    Bounds.name("name", name);
    Bounds.labels(labels);
    Snapshot done =
        durable(
            () -> {
              if (store.find(name).isPresent()) throw SnapshotRefused.exists(name);
              Snapshot active = find(key);
              if (active.kind() != Snapshot.Kind.ACTIVE)
                throw SnapshotRefused.state("snapshot " + key + " is not active");
              Snapshot committed = active.committed(name, labels);
              store.replace(key, committed);
              return committed;
            });
    usage.forget(done);
  }

  void remove(String key) throws SnapshotRefused, IOException {
    Snapshot gone =
        durable(
            () -> {
              Snapshot snapshot = find(key);
              if (!store.children(key).isEmpty())
                throw SnapshotRefused.state("cannot remove snapshot " + key + " with child");
              store.remove(snapshot);
              return snapshot;
            });
    usage.forget(gone);
    store.folders().setAside(gone.folder());
    store.folders().sweepLater();
  }

  Snapshot stat(String key) throws SnapshotRefused, IOException {
    var found = store.find(key);
    return found.isPresent() ? found.get() : durable(() -> layer(key));
  }

  /** {@code paths} are {@code labels} or {@code labels.NAME}; none = all labels. */
  Snapshot update(String name, Map<String, String> labels, List<String> paths)
      throws SnapshotRefused, IOException {
    Bounds.labels(labels);
    return durable(
        () -> {
          Snapshot snapshot = find(name);
          var now = new LinkedHashMap<>(snapshot.labels());
          if (paths.isEmpty() || paths.contains("labels")) {
            now.clear();
            now.putAll(labels);
          }
          for (String path : paths) {
            if (path.equals("labels")) continue;
            if (!path.startsWith("labels."))
              throw SnapshotRefused.invalid(
                  "cannot update " + path + " of snapshot " + name + ", only labels");
            String label = path.substring(7);
            now.put(label, labels.getOrDefault(label, ""));
          }
          now.values().removeIf(String::isEmpty);
          Bounds.labels(now);
          Snapshot updated = snapshot.withLabels(now);
          store.put(updated);
          return updated;
        });
  }

  List<Snapshot> list(Predicate<Snapshot> filter) {
    return store.all().stream().filter(filter).toList();
  }

  /** Deletes what no snapshot names; returns when that was tried. */
  void cleanUp() throws IOException {
    store.lock();
    try {
      store.setAsideUnknown();
    } finally {
      store.unlock();
    }
    int unused = store.folders().sweep().join();
  }

  SnapshotUsage usage() {
    return usage;
  }

  ContainerRoots containers() {
    return containers;
  }

  @Override
  public void close() throws IOException {
    usage.close();
    store.close();
  }
}
