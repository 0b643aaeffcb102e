package dev.theca.node.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The snapshots of a node whose daemon has ended, for whoever takes the node's software away. While
 * this is open no daemon can begin to use them; one that uses them already makes {@link #take}
 * fail. It does not ask containerd: what containerd has forgotten, it has had removed here.
 */
public final class SnapshotRemains implements AutoCloseable {
  private final Path root;
  private final SnapshotStore store;
  private boolean closed;

  private SnapshotRemains(Path root, SnapshotStore store) {
    this.root = root;
    this.store = store;
  }

  /** An exception, in words for a person, when a daemon uses the folder. */
  public static SnapshotRemains take(Path root) throws IOException {
    return new SnapshotRemains(root, new SnapshotStore(root));
  }

  /** How many snapshots containerd still counts on. */
  public int known() {
    return store.all().size();
  }

  /** The images they are of, as far as they are labelled. */
  public List<String> images() {
    return store.all().stream()
        .map(snapshot -> RemoteRule.hint(snapshot.labels()).reference())
        .filter(reference -> !reference.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  /** Deletes all of it; false when something could not be deleted. */
  public boolean remove() throws IOException {
    close();
    return TreeRemoval.delete(root);
  }

  @Override
  public void close() throws IOException {
    if (closed) return;
    closed = true;
    store.close();
  }
}
