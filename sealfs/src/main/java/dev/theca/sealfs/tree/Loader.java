package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.ChunkRef;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.StateWriter;
import dev.theca.sealfs.disk.VolumeFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Reads the tree that a superblock commits to into memory. */
public final class Loader {
  private static final int MAX_DEPTH = 6;

  private final VolumeFile volume;
  private final Tree tree;
  private final Slots slots;
  private final TreeMap<ChunkRef.Key, ChunkRef> leaves = new TreeMap<>();
  private final List<Slots.Run> indexes = new ArrayList<>();

  /** No chunk is referred to twice, so there are not more of them than slots. */
  private long indexesLeft;

  private Loader(VolumeFile volume, Tree tree, Slots slots) {
    this.volume = volume;
    this.tree = tree;
    this.slots = slots;
    this.indexesLeft = volume.file(false).size() / Slots.SLOT + 1;
    if (volume.base() != null) indexesLeft += volume.file(true).size() / Slots.SLOT;
  }

  /**
   * Loads inodes, names and what is taken.
   *
   * @return the slots of the index, which the next checkpoint frees
   */
  public static List<Slots.Run> load(VolumeFile volume, Tree tree, Slots slots, Leaves leaves)
      throws Damaged {
    var loader = new Loader(volume, tree, slots);
    slots.bound(volume.file(false).size());
    try {
      loader.index(volume.superblock().index(), 0);
      for (ChunkRef ref : loader.leaves.values()) loader.leaf(ref);
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      throw new Damaged("metadata that passed its checks makes no sense");
    }
    var root = tree.find(Tree.ROOT);
    if (root == null || !root.isDirectory()) throw new Damaged("no root directory");
    leaves.replace(loader.leaves);
    tree.nextIno.set(volume.superblock().nextIno());
    return loader.indexes;
  }

  private void index(ChunkRef ref, int depth) throws Damaged {
    if (ref.kind() != ChunkRef.INDEX || depth > MAX_DEPTH || --indexesLeft < 0)
      throw new Damaged("an index that is none, or too deep");
    if (!ref.inBase()) indexes.add(StateWriter.run(ref));
    for (ChunkRef child : ChunkRefs.of(volume.chunk(ref))) {
      ChunkRef below = ref.inBase() ? child.asInBase() : child; // a base refers to itself only
      if (below.kind() == ChunkRef.INDEX) index(below, depth + 1);
      else leaves.put(below.sortKey(), below);
    }
  }

  private void leaf(ChunkRef ref) throws Damaged {
    switch (ref.kind()) {
      case ChunkRef.INODE -> inodes(chunk(ref), ref.inBase());
      case ChunkRef.DIR -> names(chunk(ref));
      case ChunkRef.SPACE -> {
        if (!slots.load(ref.key(), volume.chunk(ref)))
          throw new Damaged("a table of slots that cannot be");
      }
      case ChunkRef.EXTENT -> {} // when it is needed
      default -> throw new Damaged("a chunk of unknown kind " + ref.kind());
    }
  }

  private ByteBuffer chunk(ChunkRef ref) throws Damaged {
    return ByteBuffer.wrap(volume.chunk(ref)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void inodes(ByteBuffer in, boolean inBase) throws Damaged {
    while (in.hasRemaining()) {
      int from = in.position();
      Inode inode = InodeCodec.decode(in, inBase);
      if (!inBase) inode.charged = in.position() - from; // the slots of its chunk are taken
      tree.inodes.put(inode);
    }
  }

  private void names(ByteBuffer in) throws Damaged {
    while (in.hasRemaining()) {
      InodeCodec.need(in, 10);
      var directory = tree.find(in.getLong());
      int count = Short.toUnsignedInt(in.getShort());
      if (directory == null || directory.names == null)
        throw new Damaged("names of a directory that is none");
      for (int i = 0; i < count; i++) directory.names.insert(InodeCodec.entry(in));
    }
  }
}
