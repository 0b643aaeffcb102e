package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.ChunkRef;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The references of all chunks of the state that counts on the disk, and what is loaded through
 * them on demand. The map is replaced as a whole and never changed.
 */
public final class Leaves {
  private final VolumeFile volume;
  private volatile NavigableMap<ChunkRef.Key, ChunkRef> map = Collections.emptyNavigableMap();

  private final AtomicInteger loaded = new AtomicInteger();
  private final AtomicBoolean trimming = new AtomicBoolean();

  public Leaves(VolumeFile volume) {
    this.volume = volume;
  }

  public NavigableMap<ChunkRef.Key, ChunkRef> map() {
    return map;
  }

  public void replace(NavigableMap<ChunkRef.Key, ChunkRef> now) {
    map = Collections.unmodifiableNavigableMap(new TreeMap<>(now));
  }

  /** The first blocks of the pages that the disk has of a file. */
  List<Long> stored(long ino) {
    var first = new ArrayList<Long>();
    for (var key : pages(map, ino).keySet()) first.add(key.key2());
    return first;
  }

  static NavigableMap<ChunkRef.Key, ChunkRef> pages(
      NavigableMap<ChunkRef.Key, ChunkRef> map, long ino) {
    return map.subMap(
        new ChunkRef.Key(ChunkRef.EXTENT, ino, 0),
        true,
        new ChunkRef.Key(ChunkRef.EXTENT, ino, -1L),
        true);
  }

  /** Loads descriptors of a file. */
  Extents.Source source(long ino) {
    return new Extents.Source() {
      @Override
      public byte[] load(long firstBlock) throws Damaged {
        return descriptors(ino, firstBlock);
      }

      @Override
      public void count(int pages) {
        int unused = loaded.addAndGet(pages);
      }
    };
  }

  private byte[] descriptors(long ino, long firstBlock) throws Damaged {
    var ref = map.get(new ChunkRef.Key(ChunkRef.EXTENT, ino, firstBlock));
    if (ref == null) return Inode.NOTHING;
    byte[] table = volume.chunk(ref);
    if (table.length % Blocks.SIZE != 0) throw new Damaged("descriptors that are cut off");
    return ref.inBase() ? Blocks.markInBase(table) : table;
  }

  /** How many pages of descriptors are in memory. */
  int loaded() {
    return loaded.get();
  }

  /** Drops the pages that the disk has as they are, when there are more than {@code most}. */
  void trim(Tree tree, int most) {
    if (loaded.get() <= most || !trimming.compareAndSet(false, true)) return;
    try {
      tree.inodes.each(
          inode -> {
            var extents = inode.extents;
            if (extents != null && extents.isLarge()) extents.drop(source(inode.ino));
          });
    } finally {
      trimming.set(false);
    }
  }
}
