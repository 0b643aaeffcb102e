package dev.theca.node.snapshot;

import java.util.Optional;

/** The snapshots that containers stand on, found by the container, and the images they are of. */
final class ContainerRoots {
  private final SnapshotStore store;

  ContainerRoots(SnapshotStore store) {
    this.store = store;
  }

  /** Where a container's image came from; empty when no snapshot was made for it here. */
  Optional<ImageHint> imageOf(String namespace, String containerId) {
    return container(namespace, containerId).map(this::image);
  }

  /** Whether a container's root is a placeholder that was made here. */
  boolean isRemote(String namespace, String containerId) {
    return container(namespace, containerId).filter(Snapshot::remote).isPresent();
  }

  /** The latest snapshot whose key is {@code NAMESPACE/NUMBER/ID}. */
  private Optional<Snapshot> container(String namespace, String id) {
    String start = namespace + "/";
    String end = "/" + id;
    Snapshot latest = null;
    for (Snapshot s : store.all()) {
      String key = s.name();
      if (s.kind() != Snapshot.Kind.ACTIVE
          || key.length() <= start.length() + end.length()
          || !key.startsWith(start)
          || !key.endsWith(end)
          || !key.substring(start.length(), key.length() - end.length()).matches("[0-9]+"))
        continue;
      latest = s;
    }
    return Optional.ofNullable(latest);
  }

  /** The first labels of the chain, top first, that name an image. */
  ImageHint image(Snapshot snapshot) {
    var none = new ImageHint("", "");
    var hint = RemoteRule.hint(snapshot.labels());
    for (int depth = 0; hint.equals(none) && depth < Bounds.DEPTH; depth++) {
      var below = store.find(snapshot.parent());
      if (below.isEmpty()) return none;
      snapshot = below.get();
      hint = RemoteRule.hint(snapshot.labels());
    }
    return hint;
  }
}
