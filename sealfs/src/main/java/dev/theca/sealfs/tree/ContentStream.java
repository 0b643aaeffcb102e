package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Aad;
import dev.theca.sealfs.disk.Appender;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The content of files that are written once, from front to back, in rows of blocks one behind the
 * other; that of small files stays in their records. Several files may be on their way at once,
 * each from one thread.
 */
final class ContentStream {
  private static final int BUFFER_BLOCKS = 16;
  private static final int SMALL = 4096;

  /** No volume lies there yet: nothing is ever loaded. */
  private static final Extents.Source EMPTY =
      new Extents.Source() {
        @Override
        public byte[] load(long firstBlock) {
          return Inode.NOTHING;
        }

        @Override
        public void count(int pages) {}
      };

  /** The content of a file that is on its way: what did not fill a row of blocks yet. */
  private static final class Pending {
    private final Inode inode;
    private byte[] plain = Inode.NOTHING;
    private long first;
    private int filled;

    Pending(Inode inode) {
      this.inode = inode;
    }
  }

  private final VolumeFile volume;
  private final Appender appender;
  private final int block;
  private final int row;
  private final InlineBudget inline;
  private final ConcurrentHashMap<Long, Pending> open = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<byte[]> plains = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<byte[]> sealeds = new ConcurrentLinkedQueue<>();

  /** The one file that was not begun, of those that content came for last; 0 is none. */
  private long implicit;

  ContentStream(VolumeFile volume, long inlineBytes) {
    this.volume = volume;
    this.block = 1 << volume.superblock().blockLog2();
    this.row = block * BUFFER_BLOCKS;
    this.appender = new Appender(volume.file(false), VolumeFile.FIRST_SLOT);
    this.inline = new InlineBudget(inlineBytes);
  }

  /** A file whose content will come in its own time. */
  void begin(Inode inode) {
    open.put(inode.ino, new Pending(inode));
  }

  /** Content of a file; offsets rise. One that was not begun ends the last one that was not. */
  void add(Inode inode, long offset, byte[] bytes, int from, int length) {
    var pending = open.get(inode.ino);
    if (pending == null) {
      var last = open.remove(implicit);
      if (last != null) finish(last);
      implicit = inode.ino;
      pending = new Pending(inode);
      open.put(inode.ino, pending);
    }
    if (offset < inode.size && length > 0)
      throw new IllegalArgumentException("content of a file came out of order");
    inode.size = Math.max(inode.size, offset + length);
    for (int taken = 0; taken < length; ) {
      long at = offset + taken;
      long start = pending.first * block;
      if (pending.filled > 0 && at - start >= row) flush(pending);
      if (pending.filled == 0) pending.first = at / block;
      int within = (int) (at - pending.first * block);
      if (within > pending.filled && within / block > (pending.filled + block - 1) / block) {
        flush(pending); // whole blocks in between are holes
        continue;
      }
      int n = Math.min(length - taken, row - within);
      room(pending, within + n);
      System.arraycopy(bytes, from + taken, pending.plain, within, n);
      pending.filled = within + n;
      taken += n;
    }
  }

  /** Makes room for so many bytes; what is not filled is zero. */
  private void room(Pending pending, int bytes) {
    if (pending.plain.length >= bytes) return;
    if (bytes <= SMALL) {
      pending.plain = Arrays.copyOf(pending.plain, bytes);
      return;
    }
    byte[] used = plains.poll();
    byte[] whole = used == null ? new byte[row] : used;
    System.arraycopy(pending.plain, 0, whole, 0, pending.plain.length);
    pending.plain = whole;
  }

  /** A file has all its content. */
  void end(Inode inode) {
    var pending = open.remove(inode.ino);
    if (pending != null) finish(pending);
  }

  private void finish(Pending pending) {
    var inode = pending.inode;
    if (inode.extents == null
        && pending.first == 0
        && pending.filled > 0
        && pending.filled <= InRecord.MOST
        && inline.grow(pending.filled)) {
      inode.bytes = Arrays.copyOf(pending.plain, pending.filled);
    } else {
      flush(pending);
    }
    giveBack(pending);
  }

  private void giveBack(Pending pending) {
    if (pending.plain.length == row) {
      Arrays.fill(pending.plain, 0, pending.filled, (byte) 0);
      plains.add(pending.plain);
    }
    pending.plain = Inode.NOTHING;
  }

  /** A file is not there any more. */
  void drop(Inode inode) {
    var pending = open.remove(inode.ino);
    if (pending != null) giveBack(pending);
    if (inode.isFile()) inline.shrink(inode.bytes.length);
    if (implicit == inode.ino) implicit = 0;
  }

  private void flush(Pending pending) {
    int length = pending.filled;
    if (length == 0) return;
    var inode = pending.inode;
    byte[] used = sealeds.poll();
    byte[] sealed = used == null ? new byte[row + Gcm.TAG] : used;
    int count = (length + block - 1) / block;
    byte[] rows = new byte[count * Blocks.SIZE];
    Gcm data = volume.current().data();
    long counter = data.take(count);
    for (int i = 0; i < count; i++) {
      int bytes = Math.min(block, length - i * block);
      byte[] aad = Aad.data(volume.uuid(false), inode.ino, pending.first + i);
      data.seal(counter + i, aad, pending.plain, i * block, bytes, sealed, i * block);
      Blocks.put(
          rows, i * Blocks.SIZE, 0, bytes, data.epoch(), counter + i, sealed, i * block + bytes);
    }
    long slot = appender.append(sealed, length);
    for (int i = 0; i < count; i++) Blocks.move(rows, i, slot + (long) i * Slots.count(block));
    try {
      inode.extents().set(pending.first, rows, EMPTY, (table, index) -> {});
    } catch (Damaged e) {
      throw new IllegalStateException("nothing is loaded while a volume is written", e);
    }
    inode.stored += Slots.count(length);
    sealeds.add(sealed);
    Arrays.fill(pending.plain, 0, length, (byte) 0);
    pending.filled = 0;
  }

  /** No more content comes; the first slot behind all of it. */
  long finish() {
    for (var pending : List.copyOf(open.values())) finish(pending);
    open.clear();
    return appender.finish();
  }
}
