package dev.theca.node.snapshot;

import dev.theca.linux.Errno;
import dev.theca.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the content of snapshots takes on the disk. A layer is counted once; what changes is counted
 * when somebody asks.
 */
final class SnapshotUsage implements AutoCloseable {
  private final SnapshotStore store;
  private final Usages usages = new Usages();
  private final Map<String, Path> volumes = new ConcurrentHashMap<>();

  SnapshotUsage(SnapshotStore store) {
    this.store = store;
  }

  /** What a snapshot's own content takes; a container's sealed volume counts as its content. */
  TreeUsage of(String key) throws SnapshotRefused, IOException {
    Snapshot snapshot = store.find(key).orElseThrow(() -> SnapshotRefused.missing(key));
    if (snapshot.usage().known()) return snapshot.usage();
    Path content = store.folders().content(snapshot.folder());
    return switch (snapshot.kind()) {
      case VIEW -> new TreeUsage(0, 0);
      case ACTIVE -> counted(snapshot, content).plus(volume(key));
      case COMMITTED -> {
        if (snapshot.remote()) yield TreeUsage.PLACEHOLDER;
        var usage = counted(snapshot, content);
        keep(snapshot, usage);
        yield usage;
      }
    };
  }

  private TreeUsage counted(Snapshot snapshot, Path content) throws SnapshotRefused {
    try {
      return snapshot.kind() == Snapshot.Kind.COMMITTED
          ? usages.fixed(content)
          : usages.changing(content);
    } catch (CompletionException e) {
      if (e.getCause() instanceof LinuxException l && l.errno() == Errno.ENOENT) {
        if (store.find(snapshot.name()).isEmpty()) throw SnapshotRefused.missing(snapshot.name());
        return new TreeUsage(0, 0); // removed below us; the next Prepare or Mounts heals it
      }
      throw e;
    }
  }

  /** Saves the count of a layer, which never changes; not worth a wait for the disk. */
  private void keep(Snapshot snapshot, TreeUsage usage) throws IOException {
    store.lock();
    try {
      var now = store.find(snapshot.name());
      if (now.isPresent() && now.get().folder() == snapshot.folder() && !now.get().remote())
        store.put(now.get().withUsage(usage));
    } finally {
      store.unlock();
    }
  }

  private TreeUsage volume(String key) {
    Path volume = volumes.get(key.replaceFirst("/[0-9]+/", "/"));
    if (volume == null) return new TreeUsage(0, 0);
    try {
      return usages.changing(volume);
    } catch (CompletionException e) {
      return new TreeUsage(0, 0); // the container ended meanwhile
    }
  }

  /** From now on a container's usage includes this folder, where its sealed volume lies. */
  void volume(String namespace, String containerId, Path folder) {
    volumes.put(namespace + "/" + containerId, folder);
  }

  void forgetVolume(String namespace, String containerId) {
    Path folder = volumes.remove(namespace + "/" + containerId);
    if (folder != null) usages.forget(folder);
  }

  /** What was counted of a snapshot that is no more what it was. */
  void forget(Snapshot snapshot) {
    usages.forget(store.folders().content(snapshot.folder()));
  }

  @Override
  public void close() {
    usages.close();
  }
}
