package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.disk.Slots;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Content of small files that lives in their inode's record: as long as there is memory set aside
 * for it, and room in the volume, where it counts at once and not only when a checkpoint has
 * written it. Callers hold the inode's lock.
 */
final class InRecord {
  /** Files up to here live in their record. */
  static final int MOST = 2048;

  private final Tree tree;
  private final Slots slots;
  private final InlineBudget memory;

  InRecord(Tree tree, Slots slots, InlineBudget memory) {
    this.tree = tree;
    this.slots = slots;
    this.memory = memory;
  }

  static boolean holds(Inode inode) {
    return inode.extents == null;
  }

  static void read(Inode inode, long offset, int length, ByteBuffer into) {
    int there = Math.clamp(inode.bytes.length - offset, 0, length);
    if (there > 0) into.put(inode.bytes, (int) offset, there);
    Opening.zeroes(into, length - there);
  }

  /** Takes a write when all content up to {@code end} may live there; else nothing happens. */
  boolean write(Inode inode, long offset, ByteBuffer data, long end) {
    if (!holds(inode) || Math.max(end, inode.size) > MOST) return false;
    int length = (int) Math.max(end, inode.size);
    int more = Math.max(0, length - inode.bytes.length);
    if (more > 0 && (slots.left() == 0 || !memory.grow(more))) return false;
    byte[] now = Arrays.copyOf(inode.bytes, length);
    data.get(now, (int) offset, data.remaining());
    inode.bytes = now;
    tree.changes.grew(length);
    return true;
  }

  void truncate(Inode inode, long size) {
    byte[] now = Arrays.copyOf(inode.bytes, (int) Math.min(size, inode.bytes.length));
    memory.shrink(inode.bytes.length - now.length);
    inode.bytes = now;
  }

  static void zero(Inode inode, long offset, long end) {
    byte[] now = inode.bytes.clone();
    if (offset < now.length)
      Arrays.fill(now, (int) offset, (int) Math.min(end, now.length), (byte) 0);
    inode.bytes = now;
  }

  static long seek(Inode inode, long offset, boolean data) {
    int there = inode.bytes.length;
    if (!data) return offset < there ? there : offset;
    if (offset >= there) throw new PosixException(Errno.ENXIO);
    return offset;
  }

  /** The content is not there any more. */
  void drop(Inode inode) {
    memory.shrink(inode.bytes.length);
    inode.bytes = Inode.NOTHING;
  }
}
