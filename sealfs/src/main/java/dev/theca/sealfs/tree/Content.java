package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Reading and writing the content of files. What is given back was authenticated: a changed block
 * is EIO for the whole call, never part of it, never zeroes.
 */
final class Content {
  /** Sizes and offsets of files end below it. */
  static final long MAX_SIZE = (1L << 48) - 1;

  static final long MAX_BLOCKS = MAX_SIZE >>> 12;

  /**
   * Files up to here live in their inode's record, as long as there is memory set aside for them.
   */
  static final int INLINE = 2048;

  /** Pages of descriptors, of up to 64 KiB each, that may be in memory: an eighth of it. */
  private static final int MOST_PAGES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 8 / (64 << 10), 32, 1 << 16);

  /** Room for the largest write and what it shares its first and last block with. */
  private static final int JOINED = (1 << 20) + (2 << 16);

  private final Tree tree;
  private final Slots slots;
  private final Leaves leaves;
  private final Health health;
  private final Sealing sealing;
  private final Opening opening;
  private final int block;
  private final InlineBudget inline;
  private final ConcurrentLinkedQueue<byte[]> buffers = new ConcurrentLinkedQueue<>();

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
    this.health = health;
    this.block = 1 << volume.superblock().blockLog2();
    this.sealing = new Sealing(volume, slots, block);
    this.opening = new Opening(volume, block);
    this.inline = budget;
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
          if (inode.extents == null) small(inode, offset, (int) (end - offset), into);
          else blocks(inode, offset, end, into);
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

  private static void small(Inode inode, long offset, int length, ByteBuffer into) {
    int there = Math.clamp(inode.bytes.length - offset, 0, length);
    if (there > 0) into.put(inode.bytes, (int) offset, there);
    Opening.zeroes(into, length - there);
  }

  private void blocks(Inode inode, long offset, long end, ByteBuffer into) {
    try {
      opening.read(inode, places(inode), offset, end, into);
    } catch (Opening.Tampered e) {
      throw health.tampered(inode.ino, e.block());
    } catch (Damaged e) {
      throw health.tampered(inode.ino, -1);
    }
  }

  private Opening.Places places(Inode inode) {
    var source = leaves.source(inode.ino);
    var extents = inode.extents();
    return number -> extents.get(number, source);
  }

  /** Space is lacking; a commit may free some. */
  static final class NoSlots extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSlots() {
      super("no slots", null, false, false);
    }
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
      middle(inode, offset, data, rows);
      tree.changing(
          inode,
          () -> {
            if (rows.isEmpty() && fitsInline(inode, end)) writeInline(inode, (int) offset, data);
            else blocks(inode, offset, data, end, rows);
            inode.size = Math.max(inode.size, end);
            then.run();
            tree.changes.inode(inode);
            return inode;
          });
      done = true;
    } finally {
      if (!done) rows.forEach(sealing::giveUp);
    }
  }

  /** Many whole blocks are encrypted and written before the inode is locked. */
  private void middle(Inode inode, long offset, ByteBuffer data, List<Sealing.Row> rows) {
    long first = (offset + block - 1) / block;
    long last = (offset + data.remaining()) / block;
    if (last - first < 4) return;
    var part = data.duplicate();
    part.position(data.position() + (int) (first * block - offset));
    rows.add(sealing.seal(inode.ino, first, part, (int) (last - first) * block));
  }

  /** Everything is stored first and then published: either the whole write is seen, or nothing. */
  private void blocks(Inode inode, long offset, ByteBuffer data, long end, List<Sealing.Row> rows) {
    spill(inode);
    if (rows.isEmpty()) {
      rows.add(edge(inode, offset, data, end));
    } else {
      long first = rows.getFirst().block() * block;
      long last = first + (long) rows.getFirst().count() * block;
      int start = data.position();
      if (offset < first) rows.add(edge(inode, offset, data.duplicate(), first));
      data.position(start + (int) (last - offset));
      if (last < end) rows.add(edge(inode, last, data, end));
    }
    for (Sealing.Row row : rows) ready(inode, row.block(), row.count());
    for (Sealing.Row row : rows) publish(inode, row);
  }

  private boolean fitsInline(Inode inode, long end) {
    return inode.extents == null
        && Math.max(end, inode.size) <= INLINE
        && inline.grow((int) Math.max(0, Math.max(end, inode.size) - inode.bytes.length));
  }

  private void writeInline(Inode inode, int offset, ByteBuffer data) {
    int end = (int) Math.max(inode.size, offset + data.remaining());
    byte[] now = Arrays.copyOf(inode.bytes, end);
    data.get(now, offset, data.remaining());
    inode.bytes = now;
    tree.changes.grew(now.length);
  }

  /** A file that lived in its record goes to blocks. */
  private void spill(Inode inode) {
    if (inode.extents != null) return;
    byte[] bytes = inode.bytes;
    if (bytes.length > 0) {
      Sealing.Row row = sealing.seal(inode.ino, 0, ByteBuffer.wrap(bytes), bytes.length);
      publish(inode, row);
      inline.shrink(bytes.length);
      inode.bytes = Inode.NOTHING;
    }
    Extents unused = inode.extents();
  }

  /** Stores a range that need not begin or end with a block: old and new content are joined. */
  private Sealing.Row edge(Inode inode, long offset, ByteBuffer data, long end) {
    long first = offset / block;
    long last = (end - 1) / block;
    long start = first * block;
    int head = (int) (offset - start);
    int length = (int) (end - start);
    // What the last block holds behind the new bytes stays.
    long oldEnd = Math.min(inode.size, (last + 1) * block);
    int whole = (int) Math.max(length, oldEnd - start);
    byte[] joined = buffer(whole);
    if (head > 0) Arrays.fill(joined, 0, head, (byte) 0);
    if (whole > length) Arrays.fill(joined, length, whole, (byte) 0);
    try {
      if (head > 0) load(inode, first, joined, 0, whole);
      if (whole > length && (last > first || head == 0))
        load(inode, last, joined, (int) ((last - first) * block), whole);
      data.get(joined, head, length - head);
      return sealing.seal(inode.ino, first, ByteBuffer.wrap(joined), whole);
    } finally {
      if (joined.length == JOINED) buffers.add(joined);
    }
  }

  private byte[] buffer(int length) {
    if (length > JOINED) return new byte[length];
    byte[] used = buffers.poll();
    return used == null ? new byte[JOINED] : used;
  }

  /** The content of a block, as far as there is room for it before {@code end}. */
  private void load(Inode inode, long number, byte[] into, int at, int end) {
    long from = number * block;
    int length = (int) Math.min(block, Math.min(end - at, inode.size - from));
    if (length > 0) blocks(inode, from, from + length, ByteBuffer.wrap(into, at, length));
  }

  private void publish(Inode inode, Sealing.Row row) {
    replace(inode, row.block(), row.rows());
    inode.stored += row.slots();
    sealing.settled(row);
    tree.changes.grew(row.rows().length);
  }

  /** Loads the descriptors of a row of blocks, so that replacing them cannot fail. */
  private void ready(Inode inode, long number, int count) {
    try {
      inode.extents().ready(number, count, leaves.source(inode.ino));
    } catch (Damaged e) {
      throw health.tampered(inode.ino, number);
    }
  }

  private void replace(Inode inode, long number, byte[] rows) {
    tree.changes.inode(inode); // what frees slots is recorded before they are used again
    try {
      inode
          .extents()
          .set(number, rows, leaves.source(inode.ino), (table, index) -> free(inode, table, index));
    } catch (Damaged e) {
      throw health.tampered(inode.ino, number);
    }
  }

  private void free(Inode inode, byte[] table, int index) {
    var place = Blocks.get(table, index);
    var run = run(place);
    inode.stored -= run.count();
    if (!place.inBase()) slots.free(run.slot(), run.count());
  }

  /** Cuts or extends with a hole; what is cut off reads as zeroes if the file grows again. */
  void truncate(Inode inode, long size) {
    if (size < 0 || size > MAX_SIZE) throw new PosixException(Errno.EFBIG);
    if (size < inode.size) {
      if (inode.extents == null) {
        inline.shrink(Math.max(0, inode.bytes.length - (int) size));
        inode.bytes = Arrays.copyOf(inode.bytes, (int) Math.min(size, inode.bytes.length));
      } else {
        shorten(inode, size);
      }
    }
    inode.size = size;
    tree.changes.inode(inode);
  }

  private void shorten(Inode inode, long size) {
    long last = size / block;
    int keep = (int) (size % block);
    var rows = new ArrayList<Sealing.Row>(1);
    boolean done = false;
    try {
      if (keep > 0 && stored(inode, last) > keep) {
        byte[] tail = new byte[keep];
        load(inode, last, tail, 0, keep);
        rows.add(sealing.seal(inode.ino, last, ByteBuffer.wrap(tail), keep));
      }
      cut(inode, keep > 0 ? last + 1 : last);
      done = true;
    } finally {
      if (!done) rows.forEach(sealing::giveUp); // and the file is as it was
    }
    for (Sealing.Row row : rows) publish(inode, row);
  }

  private int stored(Inode inode, long number) {
    try {
      var place = inode.extents().get(number, leaves.source(inode.ino));
      return place == null ? 0 : place.length();
    } catch (Damaged e) {
      throw health.tampered(inode.ino, number);
    }
  }

  private void cut(Inode inode, long blocks) {
    tree.changes.inode(inode);
    try {
      inode
          .extents()
          .cut(
              blocks,
              leaves.stored(inode.ino),
              leaves.source(inode.ino),
              (table, index) -> free(inode, table, index));
    } catch (Damaged e) {
      throw health.tampered(inode.ino, blocks);
    }
  }

  /** Frees all content of a file that nobody can reach any more. */
  void drop(Inode inode) {
    if (inode.extents != null) cut(inode, 0);
    inline.shrink(inode.isFile() ? inode.bytes.length : 0);
    if (inode.isFile()) inode.bytes = Inode.NOTHING;
  }

  /** Makes a range read as zeroes; whole blocks become holes. */
  void zero(Inode inode, long offset, long length) {
    long end = Math.min(offset + length, inode.size);
    if (offset >= end) return;
    if (inode.extents == null) {
      byte[] now = inode.bytes.clone();
      if (offset < now.length)
        Arrays.fill(now, (int) offset, (int) Math.min(end, now.length), (byte) 0);
      inode.bytes = now;
      tree.changes.inode(inode);
      return;
    }
    // What needs slots comes first, so that a full volume leaves the file as it was.
    var rows = new ArrayList<Sealing.Row>(2);
    var whole = new ArrayList<Long>();
    boolean done = false;
    try {
      long at = offset;
      while (at < end) {
        long number = nextData(inode, at / block, end);
        at = Math.max(at, number == Long.MAX_VALUE ? end : number * block);
        if (at >= end) break;
        long next = Math.min(end, (at / block + 1) * block);
        if (at % block == 0 && (next - at == block || next == inode.size)) whole.add(at / block);
        else if (stored(inode, at / block) > at % block)
          rows.add(edge(inode, at, ByteBuffer.allocate((int) (next - at)), next));
        at = next;
      }
      done = true;
    } finally {
      if (!done) rows.forEach(sealing::giveUp);
    }
    for (Sealing.Row row : rows) publish(inode, row);
    for (long number : whole) replace(inode, number, new byte[Blocks.SIZE]);
    tree.changes.inode(inode);
  }

  private long nextData(Inode inode, long number, long end) {
    try {
      return inode
          .extents()
          .nextData(
              number,
              (end + block - 1) / block,
              leaves.stored(inode.ino),
              leaves.source(inode.ino));
    } catch (Damaged e) {
      throw health.tampered(inode.ino, number);
    }
  }

  /** SEEK_DATA and SEEK_HOLE (lseek(2)), block by block. */
  long seek(Inode inode, long offset, boolean data) {
    return tree.reading(
        inode,
        () -> {
          if (offset < 0 || offset >= inode.size) throw new PosixException(Errno.ENXIO);
          if (inode.extents == null) return seekInline(inode, offset, data);
          long number = offset / block;
          long next = nextData(inode, number, inode.size);
          if (data) {
            if (next == Long.MAX_VALUE || next * block >= inode.size)
              throw new PosixException(Errno.ENXIO);
            return Math.max(offset, next * block);
          }
          while (next == number) next = nextData(inode, ++number, inode.size);
          return Math.min(inode.size, Math.max(offset, number * block));
        });
  }

  private static long seekInline(Inode inode, long offset, boolean data) {
    int there = inode.bytes.length;
    if (!data) return offset < there ? there : offset;
    if (offset >= there) throw new PosixException(Errno.ENXIO);
    return offset;
  }

  /** Whether so many bytes have room; a reservation it is not. */
  void needRoom(long bytes) {
    if (bytes / Slots.SLOT > slots.left()) throw new NoSlots();
  }

  /** What a fault of the host means to the caller of a file operation. */
  static PosixException errno(SealfsException fault) {
    return new PosixException(fault.isNoSpace() ? Errno.ENOSPC : Errno.EIO);
  }
}
