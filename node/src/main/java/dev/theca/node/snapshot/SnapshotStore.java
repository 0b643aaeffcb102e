package dev.theca.node.snapshot;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The snapshots of this node: all in memory, each change in a log that is synced before an answer.
 * Reading takes no lock. Changes are made between {@link #lock} and {@link #unlock}; {@link #sync}
 * is called outside, so that those who wait for the disk share one wait. Folder numbers are never
 * used twice. A second daemon on the same folder is refused.
 */
final class SnapshotStore implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final int SLACK = 1000;

  private final Path root;
  private final Folders folders;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Snapshot> snapshots = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> children = new HashMap<>();
  private final SnapshotLog log;
  private FileChannel owner;
  private long next = 1;
  private long ticket;
  private int lines;

  SnapshotStore(Path root) throws IOException {
    this.root = root;
    Files.createDirectories(root);
    owner = own();
    folders = new Folders(root);
    var opened = SnapshotLog.open(file());
    log = opened.log();
    lines = opened.records().size();
    if (opened.damaged() > 0) keepDamaged(opened.damaged());
    for (JsonObject record : opened.records()) apply(record);
    heal();
  }

  private Path file() {
    return root.resolve("snapshots.log");
  }

  private FileChannel own() throws IOException {
    var channel =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) return channel;
    } catch (OverlappingFileLockException e) {
      // the same answer for a second one in this process
    }
    channel.close();
    throw new IOException("another node daemon uses " + root + "; stop it first");
  }

  private void keepDamaged(int damaged) throws IOException {
    Path kept = root.resolve("snapshots.log.damaged");
    Files.copy(file(), kept, StandardCopyOption.REPLACE_EXISTING);
    LOG.log(
        System.Logger.Level.WARNING,
        "stage=snapshot-store outcome=damaged records=" + damaged + " kept=" + kept);
  }

  private void apply(JsonObject record) {
    next = Math.max(next, record.integer("next").orElse(1L));
    var drop = record.strings("drop").orElse(List.of());
    var put = new ArrayList<Snapshot>();
    for (JsonValue item : record.array("put").orElse(List.of()))
      if (item instanceof JsonObject json) Snapshot.read(json).ifPresent(put::add);
    apply(drop, put);
  }

  private void apply(List<String> drop, List<Snapshot> put) {
    for (String name : drop) {
      Snapshot gone = snapshots.remove(name);
      if (gone == null) continue;
      var siblings = children.getOrDefault(gone.parent(), new HashSet<>());
      siblings.remove(name);
      if (siblings.isEmpty()) children.remove(gone.parent());
    }
    for (Snapshot snapshot : put) {
      snapshots.put(snapshot.name(), snapshot);
      children.computeIfAbsent(snapshot.parent(), p -> new HashSet<>()).add(snapshot.name());
      next = Math.max(next, snapshot.folder() + 1);
    }
  }

  /** Entries without folders get empty ones, folders without entries go. */
  private void heal() throws IOException {
    next = Math.max(next, folders.highest() + 1);
    for (Snapshot snapshot : all()) healed(snapshot);
    setAsideUnknown();
    folders.sweepLater();
  }

  /**
   * The snapshot with its folders. A layer whose content is gone becomes a placeholder: it was
   * promised to containerd and cannot be fetched again behind its back.
   */
  Snapshot healed(Snapshot snapshot) throws IOException {
    if (!folders.heal(snapshot.folder())) return snapshot;
    if (snapshot.remote() || snapshot.kind() != Snapshot.Kind.COMMITTED) return snapshot;
    LOG.log(
        System.Logger.Level.WARNING,
        "stage=snapshot-store outcome=content-lost snapshot="
            + snapshot.name()
            + " next=remove the image and pull it again");
    lock();
    try {
      Snapshot now = snapshots.get(snapshot.name());
      if (now == null || now.folder() != snapshot.folder()) return snapshot;
      put(now.emptied());
      return now.emptied();
    } finally {
      unlock();
    }
  }

  Folders folders() {
    return folders;
  }

  Optional<Snapshot> find(String name) {
    return Optional.ofNullable(snapshots.get(name));
  }

  /** In the order in which they were made. */
  List<Snapshot> all() {
    var all = new ArrayList<>(snapshots.values());
    all.sort(Comparator.comparingLong(Snapshot::folder));
    return all;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /** Under the lock: what is stacked directly on a snapshot, or on nothing. */
  List<Snapshot> children(String name) {
    var list = new ArrayList<Snapshot>();
    for (String child : children.getOrDefault(name, Set.of())) find(child).ifPresent(list::add);
    return list;
  }

  /** Under the lock: makes the folders of a new snapshot and gives their number. */
  long newFolder(int uid, int gid) throws IOException {
    long number = next++;
    folders.make(number, uid, gid);
    return number;
  }

  /** Under the lock: adds or replaces. */
  void put(Snapshot snapshot) throws IOException {
    write(List.of(), List.of(snapshot));
  }

  /** Under the lock: replaces one by another, in one step. */
  void replace(String name, Snapshot by) throws IOException {
    write(List.of(name), List.of(by));
  }

  /** Under the lock: forgets; the folder is the caller's to set aside, after a sync. */
  void remove(Snapshot snapshot) throws IOException {
    write(List.of(snapshot.name()), List.of());
  }

  /** Under the lock: sets folders aside that no snapshot names. */
  void setAsideUnknown() throws IOException {
    var known = new HashSet<Long>();
    for (Snapshot snapshot : snapshots.values()) known.add(snapshot.folder());
    folders.setAsideUnknown(known::contains);
  }

  /** Under the lock: the ticket of the latest change. */
  long ticket() {
    return ticket;
  }

  /** Returns when all changes up to this one are on the disk. */
  void sync(long upTo) throws IOException {
    log.sync(upTo);
  }

  private void write(List<String> drop, List<Snapshot> put) throws IOException {
    if (!log.sound() || lines > 2 * snapshots.size() + SLACK) {
      rewrite(drop, put);
    } else {
      var items = put.stream().<JsonValue>map(Snapshot::json).toList();
      var record =
          JsonObject.builder()
              .put("drop", JsonArray.strings(drop))
              .put("put", new JsonArray(items))
              .build();
      ticket = log.append(record);
      lines++;
    }
    apply(drop, put);
  }

  private void rewrite(List<String> drop, List<Snapshot> put) throws IOException {
    if (!Files.exists(root.resolve("lock"))) {
      Files.createDirectories(root); // it was removed below us
      var lost = owner;
      owner = own();
      lost.close();
    }
    var now = new HashMap<>(snapshots);
    drop.forEach(now::remove);
    put.forEach(snapshot -> now.put(snapshot.name(), snapshot));
    var records = new ArrayList<JsonObject>();
    records.add(JsonObject.builder().put("next", next).build());
    for (Snapshot snapshot : now.values())
      records.add(JsonObject.builder().put("put", new JsonArray(List.of(snapshot.json()))).build());
    ticket = log.rewrite(records);
    lines = records.size();
  }

  @Override
  public void close() throws IOException {
    try {
      folders.close();
      log.close();
    } finally {
      owner.close();
    }
  }
}
