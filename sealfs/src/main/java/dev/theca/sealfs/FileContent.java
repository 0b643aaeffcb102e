package dev.theca.sealfs;

import dev.theca.linux.Errno;
import dev.theca.linux.fuse.FuseException;
import java.nio.ByteBuffer;

/** Reading and writing the content of files, block by block; the caller holds the inode's lock. */
final class FileContent {
  static final long MAX_SIZE = 1L << 43; // descriptors are counted in an int

  private final Volume volume;
  private final TamperWatch watch;

  FileContent(Volume volume, TamperWatch watch) {
    this.volume = volume;
    this.watch = watch;
  }

  /** Who hears of blocks whose tag does not hold. */
  @FunctionalInterface
  interface TamperWatch {
    void tampered(long ino, long block);
  }

  void read(Inode inode, long offset, ByteBuffer into) {
    long end = Math.min(inode.size, offset + into.remaining());
    byte[] block = new byte[Volume.BLOCK];
    for (long at = offset; at < end; ) {
      long number = at / Volume.BLOCK;
      int within = (int) (at % Volume.BLOCK);
      int n = (int) Math.min(Volume.BLOCK - within, end - at);
      load(inode, number, block);
      into.put(block, within, n);
      at += n;
    }
  }

  private void load(Inode inode, long number, byte[] block) {
    if (!volume.read(inode, number, block)) {
      watch.tampered(inode.ino, number);
      throw new FuseException(Errno.EIO);
    }
  }

  void write(Inode inode, long offset, ByteBuffer data) {
    if (offset < 0 || offset + data.remaining() > MAX_SIZE) throw new FuseException(Errno.EFBIG);
    byte[] block = new byte[Volume.BLOCK];
    long at = offset;
    while (data.hasRemaining()) {
      long number = at / Volume.BLOCK;
      int within = (int) (at % Volume.BLOCK);
      int n = Math.min(Volume.BLOCK - within, data.remaining());
      long start = number * Volume.BLOCK;
      int have = Math.clamp(inode.size - start, 0, Volume.BLOCK);
      if (n < Volume.BLOCK) load(inode, number, block);
      data.get(block, within, n);
      volume.write(inode, number, block, Math.max(have, within + n));
      at += n;
    }
    inode.size = Math.max(inode.size, at);
  }

  /** Cuts or extends with a hole; what is cut off reads as zeroes if the file grows again. */
  void truncate(Inode inode, long size) {
    if (size < 0 || size > MAX_SIZE) throw new FuseException(Errno.EFBIG);
    if (size < inode.size) {
      long keep = (size + Volume.BLOCK - 1) / Volume.BLOCK;
      for (long number = keep; number < inode.blocks.count(); number++) volume.free(inode, number);
      inode.blocks.truncate(keep);
      zero(inode, size, (keep * Volume.BLOCK) - size);
    }
    inode.size = size;
  }

  /** Writes zeroes over what exists of a range inside one block, or drops whole blocks. */
  void punch(Inode inode, long offset, long length) {
    long end = Math.min(offset + length, inode.size);
    for (long at = offset; at < end; ) {
      long number = at / Volume.BLOCK;
      long next = Math.min(end, (number + 1) * Volume.BLOCK);
      if (at % Volume.BLOCK == 0 && (next - at == Volume.BLOCK || next == inode.size))
        volume.free(inode, number);
      else zero(inode, at, next - at);
      at = next;
    }
  }

  private void zero(Inode inode, long offset, long length) {
    long number = offset / Volume.BLOCK;
    if (length <= 0 || inode.blocks.isHole(number)) return;
    byte[] block = new byte[Volume.BLOCK];
    load(inode, number, block);
    int within = (int) (offset % Volume.BLOCK);
    int stored = inode.blocks.get(number).length();
    if (within >= stored) return;
    int to = (int) Math.min(stored, within + length);
    java.util.Arrays.fill(block, within, to, (byte) 0);
    volume.write(inode, number, block, stored);
  }
}
