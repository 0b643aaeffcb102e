package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.ChunkRef;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The references of all chunks of the state that counts on the disk, and what is loaded through
 * them on demand. The map is replaced as a whole and never changed.
 */
public final class Leaves {
  private final VolumeFile volume;
  private volatile NavigableMap<ChunkRef.Key, ChunkRef> map = Collections.emptyNavigableMap();

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
    return firstBlock -> {
      var ref = map.get(new ChunkRef.Key(ChunkRef.EXTENT, ino, firstBlock));
      if (ref == null) return Inode.NOTHING;
      byte[] table = volume.chunk(ref);
      if (table.length % Blocks.SIZE != 0) throw new Damaged("descriptors that are cut off");
      return ref.inBase() ? Blocks.markInBase(table) : table;
    };
  }
}
