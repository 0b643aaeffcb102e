package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.Slots;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Applies the operations of journal transactions to a tree that was loaded. */
public final class Replayer implements Journal.Replay {
  private final Tree tree;
  private final Slots slots;
  private final Leaves leaves;

  public Replayer(Tree tree, Slots slots, Leaves leaves) {
    this.tree = tree;
    this.slots = slots;
    this.leaves = leaves;
  }

  @Override
  public void apply(List<byte[]> operations) throws Damaged {
    for (byte[] frame : operations) {
      var in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
      try {
        while (in.hasRemaining()) operation(in);
      } catch (java.nio.BufferUnderflowException | PosixException e) {
        throw new Damaged("a journal that passed its checks makes no sense");
      }
    }
  }

  private void operation(ByteBuffer in) throws Damaged {
    byte type = in.get();
    switch (type) {
      case Recorder.INODE -> inode(InodeCodec.bytes(in, in.getInt()));
      case Recorder.GONE -> gone(in.getLong());
      case Recorder.NAME -> name(in.getLong(), InodeCodec.entry(in));
      case Recorder.UNNAME -> unname(in.getLong(), in.getLong());
      case Recorder.BLOCKS -> blocks(in.getLong(), in.getLong(), in);
      case Recorder.CUT -> cut(in.getLong(), in.getLong());
      default -> throw new Damaged("an unknown operation " + type);
    }
  }

  private void inode(byte[] record) throws Damaged {
    var now = InodeCodec.decode(ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN), false);
    Inode there = tree.find(now.ino);
    byte[] small = now.extents == null ? Inode.NOTHING : now.extents.small();
    boolean large = now.extents != null && now.extents.isLarge();
    if (there == null) {
      now.extents = null;
      tree.inodes.put(now);
      there = now;
    } else {
      if (there.isDirectory() != now.isDirectory()) throw new Damaged("an inode changed its kind");
      there.mode = now.mode;
      there.nlink = now.nlink;
      there.uid = now.uid;
      there.gid = now.gid;
      there.rdev = now.rdev;
      there.size = now.size;
      there.atime = now.atime;
      there.mtime = now.mtime;
      there.ctime = now.ctime;
      there.btime = now.btime;
      there.parent = now.parent;
      there.stored = now.stored;
      there.bytes = now.bytes;
      there.xattrs = now.xattrs;
    }
    tree.nextIno.set(Math.max(tree.nextIno.get(), now.ino + 1));
    content(there, small, large);
    tree.changes.inode(there);
  }

  private void content(Inode inode, byte[] small, boolean large) throws Damaged {
    var extents = inode.extents;
    if (extents == null && small.length == 0 && !large) return;
    if (extents == null) extents = inode.extents();
    if (large) {
      if (!extents.isLarge()) {
        drop(extents, inode);
        extents.set(
            Extents.INLINE,
            new byte[Blocks.SIZE],
            leaves.source(inode.ino),
            (table, index) -> {}); // makes it one with pages
      }
      return;
    }
    drop(extents, inode);
    extents.setSmall(small);
    for (int i = 0; i < small.length / Blocks.SIZE; i++) reserve(small, i);
  }

  private void drop(Extents extents, Inode inode) throws Damaged {
    extents.cut(0, leaves.stored(inode.ino), leaves.source(inode.ino), this::release);
  }

  private void release(byte[] table, int index) {
    var place = Blocks.get(table, index);
    if (!place.inBase()) slots.release(List.of(Content.run(place)));
  }

  private void reserve(byte[] table, int index) throws Damaged {
    if (Blocks.slot(table, index) == 0) return;
    var place = Blocks.get(table, index);
    if (place.inBase()) return;
    var run = Content.run(place);
    if (!slots.reserve(run.slot(), run.count()))
      throw new Damaged("a journal that gives one slot to two blocks");
  }

  private void gone(long ino) throws Damaged {
    Inode inode = tree.find(ino);
    if (inode == null) return;
    if (inode.extents != null) drop(inode.extents, inode);
    tree.inodes.remove(ino);
    tree.changes.gone(inode);
  }

  private void name(long directory, Directory.Entry entry) throws Damaged {
    var names = names(directory);
    var there = names.byId(entry.id);
    if (there != null) names.remove(there.name);
    if (names.find(entry.name) != null) throw new Damaged("a journal with a name twice");
    names.insert(entry);
    tree.changes.named(directory, entry);
  }

  private void unname(long directory, long id) throws Damaged {
    Inode inode = tree.find(directory);
    if (inode == null) return;
    var there = names(directory).byId(id);
    if (there == null) return;
    names(directory).remove(there.name);
    tree.changes.unnamed(directory, there);
  }

  private Directory names(long directory) throws Damaged {
    Inode inode = tree.find(directory);
    if (inode == null || inode.names == null)
      throw new Damaged("a journal with a name in what is no directory");
    return inode.names;
  }

  private void blocks(long ino, long first, ByteBuffer in) throws Damaged {
    Inode inode = tree.find(ino);
    int count = in.getInt();
    if (inode == null
        || count < 0
        || count > in.remaining() / Blocks.SIZE
        || first < 0
        || first > Content.MAX_BLOCKS) throw new Damaged("a journal with blocks of no file");
    byte[] rows = InodeCodec.bytes(in, count * Blocks.SIZE);
    var extents = inode.extents();
    extents.set(first, rows, leaves.source(ino), this::release);
    for (int i = 0; i < count; i++) reserve(rows, i);
    tree.changes.inode(inode);
  }

  private void cut(long ino, long blocks) throws Damaged {
    Inode inode = tree.find(ino);
    if (inode == null || inode.extents == null) return;
    inode.extents.cut(blocks, leaves.stored(ino), leaves.source(ino), this::release);
    tree.changes.inode(inode);
  }
}
