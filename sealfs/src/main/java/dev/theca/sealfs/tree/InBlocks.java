package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Content of files that lies in blocks. A change is stored first and then published: either all of
 * it is seen, or nothing. Callers hold the inode's lock, but for {@link #ahead}.
 */
final class InBlocks {
  /** Room for the largest write and what it shares its first and last block with. */
  private static final int JOINED = (1 << 20) + (2 << 16);

  private final Tree tree;
  private final Slots slots;
  private final Leaves leaves;
  private final Health health;
  private final Sealing sealing;
  private final Opening opening;
  private final Reservations reservations;
  private final int block;
  private final ConcurrentLinkedQueue<byte[]> buffers = new ConcurrentLinkedQueue<>();

  InBlocks(VolumeFile volume, Tree tree, Slots slots, Leaves leaves, Health health) {
    this.tree = tree;
    this.slots = slots;
    this.leaves = leaves;
    this.health = health;
    this.block = 1 << volume.superblock().blockLog2();
    this.sealing = new Sealing(volume, slots, block);
    this.opening = new Opening(volume, block);
    this.reservations = new Reservations(this, tree, slots, block);
  }

  Reservations reservations() {
    return reservations;
  }

  void read(Inode inode, long offset, long end, ByteBuffer into) {
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

  /** Many whole blocks are encrypted and written before the inode is locked. */
  void ahead(Inode inode, long offset, ByteBuffer data, List<Sealing.Row> rows) {
    long first = (offset + block - 1) / block;
    long last = (offset + data.remaining()) / block;
    if (last - first < 4) return;
    var part = data.duplicate();
    part.position(data.position() + (int) (first * block - offset));
    rows.add(seal(inode, first, part, (int) (last - first) * block));
  }

  private Sealing.Row seal(Inode inode, long first, ByteBuffer plain, int length) {
    return sealing.seal(
        inode.ino, first, plain, length, (number, slots) -> reservations.of(inode, number, slots));
  }

  /** What was stored for a change that does not happen. */
  void giveUp(List<Sealing.Row> rows) {
    rows.forEach(sealing::giveUp);
  }

  /** Writes what {@link #ahead} has not stored, and publishes everything. */
  void write(Inode inode, long offset, ByteBuffer data, long end, List<Sealing.Row> rows) {
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

  /** Stores and publishes all content of a file that had none in blocks. */
  void begin(Inode inode, byte[] bytes) {
    publish(inode, seal(inode, 0, ByteBuffer.wrap(bytes), bytes.length));
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
      return seal(inode, first, ByteBuffer.wrap(joined), whole);
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
    long length = Math.min(block, Math.min(end - at, inode.size - from));
    if (length > 0) read(inode, from, from + length, ByteBuffer.wrap(into, at, (int) length));
  }

  private void publish(Inode inode, Sealing.Row row) {
    replace(inode, row.block(), row.rows());
    inode.stored += row.slots();
    sealing.settled(row);
    int last = Blocks.length(row.rows(), row.count() - 1);
    reservations.stored(inode, row.block(), row.count(), last);
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
    var run = Content.run(place);
    inode.stored -= run.count();
    if (!place.inBase()) slots.free(run.slot(), run.count());
  }

  /** Cuts off what is behind a size. */
  void truncate(Inode inode, long size) {
    long last = size / block;
    int keep = (int) (size % block);
    var rows = new ArrayList<Sealing.Row>(1);
    boolean done = false;
    try {
      if (keep > 0 && length(inode, last) > keep) {
        byte[] tail = new byte[keep];
        load(inode, last, tail, 0, keep);
        rows.add(seal(inode, last, ByteBuffer.wrap(tail), keep));
      }
      cut(inode, keep > 0 ? last + 1 : last);
      done = true;
    } finally {
      if (!done) giveUp(rows); // and the file is as it was
    }
    for (Sealing.Row row : rows) publish(inode, row);
  }

  /** How many bytes are stored of a block. */
  private int length(Inode inode, long number) {
    var place = place(inode, number);
    return place == null ? 0 : place.length();
  }

  /** Where a block lies; null for a hole. */
  Blocks.@Nullable Place place(Inode inode, long number) {
    try {
      return inode.extents().get(number, leaves.source(inode.ino));
    } catch (Damaged e) {
      throw health.tampered(inode.ino, number);
    }
  }

  /** Blocks from there on are holes. */
  void cut(Inode inode, long blocks) {
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

  /** Makes a range inside the file read as zeroes; whole blocks become holes. */
  void zero(Inode inode, long offset, long end) {
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
        else if (length(inode, at / block) > at % block)
          rows.add(edge(inode, at, ByteBuffer.allocate((int) (next - at)), next));
        at = next;
      }
      done = true;
    } finally {
      if (!done) giveUp(rows);
    }
    for (Sealing.Row row : rows) publish(inode, row);
    for (long number : whole) replace(inode, number, new byte[Blocks.SIZE]);
  }

  /** The first block at or behind one that holds data, or MAX_VALUE. */
  long nextData(Inode inode, long number, long end) {
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

  /** Where data begins, or a hole; the end of the file for none. */
  long seek(Inode inode, long offset, boolean data) {
    long number = offset / block;
    long next = nextData(inode, number, inode.size);
    if (data)
      return next == Long.MAX_VALUE
          ? inode.size
          : Math.max(offset, Math.min(inode.size, next * block));
    while (next == number) next = nextData(inode, ++number, inode.size);
    return Math.min(inode.size, Math.max(offset, number * block));
  }
}
