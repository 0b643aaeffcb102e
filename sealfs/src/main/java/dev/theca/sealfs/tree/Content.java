package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/**
 * Reading and writing the content of files, which lies in their record or in blocks. What is given
 * back was authenticated: a changed block is EIO for the whole call, never part of it, never
 * zeroes.
 */
final class Content {
  /** Sizes and offsets of files end below it. */
  static final long MAX_SIZE = (1L << 48) - 1;

  static final long MAX_BLOCKS = MAX_SIZE >>> 12;

  /** Pages of descriptors, of up to 64 KiB each, that may be in memory: an eighth of it. */
  private static final int MOST_PAGES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 8 / (64 << 10), 32, 1 << 16);

  private final Tree tree;
  private final Slots slots;
  private final Leaves leaves;
  private final InRecord records;
  private final InBlocks blocks;
  private final Reservations reservations;
  private final int block;

  Content(
      VolumeFile volume,
      Tree tree,
      Slots slots,
      Leaves leaves,
      Health health,
      InlineBudget budget) {
    this.tree = tree;
    this.slots = slots;
    this.leaves = leaves;
    this.records = new InRecord(tree, slots, budget);
    this.blocks = new InBlocks(volume, tree, slots, leaves, health);
    this.reservations = blocks.reservations();
    this.block = 1 << volume.superblock().blockLog2();
  }

  /** Space is lacking; a commit may free some. */
  static final class NoSlots extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSlots() {
      super("no slots", null, false, false);
    }
  }

  /** The slots of a block. */
  static Slots.Run run(Blocks.Place place) {
    return new Slots.Run(place.slot(), Slots.count(place.length()));
  }

  /** Fills {@code into} from an offset, up to the end of the file. */
  void read(Inode inode, long offset, ByteBuffer into) {
    tree.reading(
        inode,
        () -> {
          long end = Math.min(inode.size, offset + into.remaining());
          if (offset >= end) return inode;
          if (InRecord.holds(inode)) InRecord.read(inode, offset, (int) (end - offset), into);
          else blocks.read(inode, offset, end, into);
          return inode;
        });
    leaves.trim(tree, MOST_PAGES);
  }

  /** Whether so many descriptors wait for a checkpoint that memory is at stake. */
  boolean needsCheckpoint() {
    if (leaves.loaded() <= MOST_PAGES) return false;
    leaves.trim(tree, MOST_PAGES);
    return leaves.loaded() > MOST_PAGES;
  }

  /**
   * Writes all of {@code data} at an offset.
   *
   * @param then what else happens to the inode in the same breath
   */
  void write(Inode inode, long offset, ByteBuffer data, Runnable then) {
    long end = offset + data.remaining();
    if (offset < 0 || end > MAX_SIZE || end < 0) throw new PosixException(Errno.EFBIG);
    if (!data.hasRemaining()) return;
    var rows = new ArrayList<Sealing.Row>(3);
    boolean done = false;
    try {
      blocks.ahead(inode, offset, data, rows);
      tree.changing(
          inode,
          () -> {
            if (!rows.isEmpty() || !records.write(inode, offset, data, end)) {
              spill(inode);
              blocks.write(inode, offset, data, end, rows);
            }
            inode.size = Math.max(inode.size, end);
            then.run();
            tree.changes.inode(inode);
            return inode;
          });
      done = true;
    } finally {
      if (!done) blocks.giveUp(rows);
    }
  }

  /** Whether a write that found no room would find it block by block: each gives back as much. */
  boolean fitsByBlocks(Inode inode, long offset, int length) {
    return length > 0
        && tree.reading(inode, () -> reservations.cover(inode, offset, offset + length));
  }

  /** Bytes from an offset to the end of its block. */
  int restOfBlock(long offset) {
    return (int) (block - offset % block);
  }

  /** A file that lived in its record goes to blocks. */
  private void spill(Inode inode) {
    if (!InRecord.holds(inode)) return;
    if (inode.bytes.length > 0) {
      blocks.begin(inode, inode.bytes);
      records.drop(inode);
    }
    Extents unused = inode.extents();
  }

  /** Cuts or extends with a hole; what is cut off reads as zeroes if the file grows again. */
  void truncate(Inode inode, long size) {
    if (size < 0 || size > MAX_SIZE) throw new PosixException(Errno.EFBIG);
    if (size < inode.size) {
      if (InRecord.holds(inode)) records.truncate(inode, size);
      else blocks.truncate(inode, size);
    }
    if (size <= inode.size) reservations.cut(inode, size);
    inode.size = size;
    tree.changes.inode(inode);
  }

  /** Frees all content of a file that nobody can reach any more. */
  void drop(Inode inode) {
    if (!InRecord.holds(inode)) blocks.cut(inode, 0);
    if (inode.isFile()) records.drop(inode);
    reservations.cut(inode, 0);
  }

  /** Makes a range read as zeroes; whole blocks become holes, and nothing is kept for them. */
  void punch(Inode inode, long offset, long length) {
    zeroes(inode, offset, length);
    reservations.punched(inode, offset, offset + length);
  }

  /** Makes a range read as zeroes; whole blocks become holes, and slots are kept for them. */
  void zero(Inode inode, long offset, long length) {
    reservations.make(inode, offset, offset + length);
    zeroes(inode, offset, length);
    reservations.makeEvenSo(inode, offset, offset + length);
  }

  private void zeroes(Inode inode, long offset, long length) {
    long end = Math.min(offset + length, inode.size);
    if (offset >= end) return;
    if (InRecord.holds(inode)) InRecord.zero(inode, offset, end);
    else blocks.zero(inode, offset, end);
    tree.changes.inode(inode);
  }

  /** Sets slots aside for what a range lacks, so that writing it finds room. */
  void reserve(Inode inode, long offset, long length) {
    reservations.make(inode, offset, offset + length);
  }

  /** SEEK_DATA and SEEK_HOLE (lseek(2)), block by block. */
  long seek(Inode inode, long offset, boolean data) {
    return tree.reading(
        inode,
        () -> {
          if (offset < 0 || offset >= inode.size) throw new PosixException(Errno.ENXIO);
          if (InRecord.holds(inode)) return InRecord.seek(inode, offset, data);
          long found = blocks.seek(inode, offset, data);
          if (data && found >= inode.size) throw new PosixException(Errno.ENXIO);
          return found;
        });
  }

  /** New inodes, names and attributes may use part of what is reserved for metadata. */
  void needRoomForRecord() {
    if (!slots.hasRoomForRecords()) throw new NoSlots();
  }

  /** What a fault of the host means to the caller of a file operation. */
  static PosixException errno(SealfsException fault) {
    return new PosixException(fault.isNoSpace() ? Errno.ENOSPC : Errno.EIO);
  }
}
