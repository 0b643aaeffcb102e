package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.ChunkRef;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.StateWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a checkpoint has to write: the chunks in whose range something changed, encoded anew from
 * memory, and the references that stay. Made while nothing changes; afterwards it shares nothing
 * with the tree.
 */
final class Snapshot {
  private static final int SMALL = 16 << 10;

  private final Tree tree;
  private final NavigableMap<ChunkRef.Key, ChunkRef> kept;
  private final List<StateWriter.Fresh> fresh = new ArrayList<>();
  private final List<Slots.Run> old = new ArrayList<>();
  private final Set<Long> inodes;
  private final Set<Changes.EntryKey> names;
  private final Set<Long> gone;
  private final Map<Long, Extents> pages;

  private Snapshot(Tree tree, NavigableMap<ChunkRef.Key, ChunkRef> leaves) {
    this.tree = tree;
    this.inodes = new HashSet<>(tree.changes.dirtyInodes);
    this.names = new HashSet<>(tree.changes.dirtyEntries);
    this.gone = new HashSet<>(tree.changes.goneInodes);
    this.pages = new HashMap<>(tree.changes.dirtyExtents);
    this.kept = new TreeMap<>(leaves);
  }

  /** Everything that changed since the last one; the sets of changes are empty afterwards. */
  static Snapshot take(Tree tree, NavigableMap<ChunkRef.Key, ChunkRef> leaves) {
    var snapshot = new Snapshot(tree, leaves);
    for (ChunkRef ref : leaves.values())
      if (ref.kind() == ChunkRef.SPACE) snapshot.drop(ref.sortKey());
    snapshot.inodeChunks();
    snapshot.nameChunks();
    snapshot.descriptors();
    tree.changes.dirtyInodes.clear();
    tree.changes.dirtyEntries.clear();
    tree.changes.dirtyExtents.clear();
    tree.changes.goneInodes.clear();
    return snapshot;
  }

  /** The whole tree, for a volume that is written once. */
  static Snapshot whole(Tree tree) {
    var snapshot = new Snapshot(tree, java.util.Collections.emptyNavigableMap());
    tree.inodes.each(
        inode -> {
          if (inode.extents != null) snapshot.pages.put(inode.ino, inode.extents);
        });
    snapshot.inodes.add(Tree.ROOT); // without chunks each range is everything
    snapshot.names.add(new Changes.EntryKey(Tree.ROOT, 0));
    snapshot.inodeChunks();
    snapshot.nameChunks();
    snapshot.descriptors();
    return snapshot;
  }

  /** Puts back what was taken, when it could not be written. */
  void restore(Changes changes) {
    changes.dirtyInodes.addAll(inodes);
    changes.dirtyEntries.addAll(names);
    changes.goneInodes.addAll(gone);
    pages.forEach(
        (ino, of) -> {
          of.notWritten();
          changes.dirtyExtents.putIfAbsent(ino, of);
        });
  }

  NavigableMap<ChunkRef.Key, ChunkRef> kept() {
    return kept;
  }

  List<StateWriter.Fresh> fresh() {
    return fresh;
  }

  /** Slots of chunks that are replaced or not needed any more. */
  List<Slots.Run> old() {
    return old;
  }

  /** What has pages in this checkpoint. */
  Collection<Extents> extents() {
    return pages.values();
  }

  private void drop(ChunkRef.Key key) {
    var ref = kept.remove(key);
    if (ref != null && !ref.inBase()) old.add(StateWriter.run(ref));
  }

  /** A range of one kind of chunks, from a key to before another. */
  private record Range(ChunkRef.Key from, ChunkRef.Key to) {}

  /** The ranges of the chunks that hold the given keys; neighbours are joined. */
  private List<Range> ranges(int kind, Set<ChunkRef.Key> keys) {
    var first = new ChunkRef.Key(kind, 0, 0);
    var behind = new ChunkRef.Key(kind + 1, 0, 0);
    var mine = kept.subMap(first, true, behind, false);
    var starts = new TreeSet<ChunkRef.Key>();
    for (var key : keys) {
      var start = mine.floorKey(key);
      starts.add(start == null ? first : start);
    }
    var ranges = new ArrayList<Range>();
    for (var start : starts) {
      var next = mine.higherKey(start);
      // A small chunk takes its neighbour in, so that removals do not leave many of them.
      var ref = mine.get(start);
      if (next != null && ref != null && ref.length() < SMALL && !starts.contains(next))
        next = mine.higherKey(next);
      var to = next == null ? behind : next;
      if (!ranges.isEmpty() && ranges.getLast().to().compareTo(start) >= 0) {
        var last = ranges.removeLast();
        ranges.add(new Range(last.from(), to.compareTo(last.to()) > 0 ? to : last.to()));
      } else {
        ranges.add(new Range(start, to));
      }
    }
    for (Range range : ranges)
      for (var key : List.copyOf(mine.subMap(range.from(), true, range.to(), false).keySet()))
        drop(key);
    return ranges;
  }

  /** Collects records into chunks of at most 64 KiB. */
  private final class Packing {
    private final int kind;
    private final ByteBuffer chunk =
        ByteBuffer.allocate(ChunkRef.CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private long key;
    private long key2;

    Packing(int kind) {
      this.kind = kind;
    }

    /** Where a record goes; a full chunk ends. */
    ByteBuffer room(int bytes, long recordKey, long recordKey2) {
      if (chunk.remaining() < bytes) end();
      if (chunk.position() == 0) {
        key = recordKey;
        key2 = recordKey2;
      }
      return chunk;
    }

    int left() {
      return chunk.remaining();
    }

    void end() {
      if (chunk.position() == 0) return;
      byte[] plain = java.util.Arrays.copyOf(chunk.array(), chunk.position());
      fresh.add(new StateWriter.Fresh(kind, key, key2, plain));
      chunk.clear();
    }
  }

  private void inodeChunks() {
    var keys = new HashSet<ChunkRef.Key>();
    for (long ino : inodes) keys.add(new ChunkRef.Key(ChunkRef.INODE, ino, 0));
    for (long ino : gone) keys.add(new ChunkRef.Key(ChunkRef.INODE, ino, 0));
    for (Range range : ranges(ChunkRef.INODE, keys)) {
      var packing = new Packing(ChunkRef.INODE);
      long to = range.to().kind() == ChunkRef.INODE ? range.to().key() : Long.MAX_VALUE;
      tree.inodes.range(
          range.from().key(),
          to,
          inode -> {
            int size = InodeCodec.size(inode);
            InodeCodec.encode(inode, packing.room(size, inode.ino, 0));
          });
      packing.end();
    }
  }

  private void nameChunks() {
    var keys = new HashSet<ChunkRef.Key>();
    for (var entry : names) keys.add(new ChunkRef.Key(ChunkRef.DIR, entry.directory(), entry.id()));
    for (Range range : ranges(ChunkRef.DIR, keys)) {
      var packing = new Packing(ChunkRef.DIR);
      boolean open = range.to().kind() != ChunkRef.DIR;
      long to = open ? Long.MAX_VALUE : range.to().key() + 1;
      tree.inodes.range(
          range.from().key(),
          to,
          inode -> {
            if (inode.names == null) return;
            long after = inode.ino == range.from().key() ? range.from().key2() - 1 : 0;
            long before =
                !open && inode.ino == range.to().key() ? range.to().key2() : Long.MAX_VALUE;
            group(packing, inode, Math.max(0, after), before);
          });
      packing.end();
    }
  }

  /** The entries of one directory, with its number before them, once for each chunk. */
  private static void group(Packing packing, Inode inode, long after, long before) {
    var group = new Group(packing, inode.ino);
    inode
        .directory()
        .after(
            after,
            entry -> {
              if (entry.id >= before) return false;
              group.add(entry);
              return true;
            });
    group.end();
  }

  /** The entries of one directory in one chunk: its number, how many, and they. */
  private static final class Group {
    private static final int HEAD = 10;

    private final Packing packing;
    private final long directory;
    private int countAt = -1;
    private int count;

    Group(Packing packing, long directory) {
      this.packing = packing;
      this.directory = directory;
    }

    void add(Directory.Entry entry) {
      int size = InodeCodec.size(entry);
      if (count > 0 && (packing.left() < size || count == 0xFFFF)) end();
      ByteBuffer out = packing.room(count == 0 ? HEAD + size : size, directory, entry.id);
      if (count == 0) {
        out.putLong(directory);
        countAt = out.position();
        out.putShort((short) 0);
      }
      InodeCodec.encode(entry, out);
      count++;
    }

    void end() {
      if (count > 0) packing.chunk.putShort(countAt, (short) count);
      count = 0;
    }
  }

  private void descriptors() {
    for (long ino : gone) for (var key : List.copyOf(Leaves.pages(kept, ino).keySet())) drop(key);
    pages.forEach(
        (ino, of) -> {
          var dirty = of.takeDirty();
          for (var key : List.copyOf(Leaves.pages(kept, ino).keySet()))
            if (key.key2() >= of.cutWriting()) drop(key);
          for (var page : dirty) {
            drop(new ChunkRef.Key(ChunkRef.EXTENT, ino, page.firstBlock()));
            if (page.table().length > 0)
              fresh.add(
                  new StateWriter.Fresh(ChunkRef.EXTENT, ino, page.firstBlock(), trimmed(page)));
          }
        });
  }

  private static byte[] trimmed(Extents.Dirty page) {
    int last = page.table().length / Blocks.SIZE;
    while (last > 0 && Blocks.slot(page.table(), last - 1) == 0) last--;
    return java.util.Arrays.copyOf(page.table(), last * Blocks.SIZE);
  }
}
