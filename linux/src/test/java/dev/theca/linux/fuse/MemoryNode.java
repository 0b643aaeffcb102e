package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** An inode in memory: blocks of 4096 bytes where something was written, holes elsewhere. */
final class MemoryNode {
  static final int BLOCK = 4096;
  static final int DIRECTORY = 0040000;
  static final int FILE = 0100000;
  static final int SYMLINK = 0120000;

  /** A name in a directory; its cookie is never given to another one. */
  record Link(String name, long cookie, MemoryNode node) {}

  final long ino;
  final TreeMap<Long, byte[]> blocks = new TreeMap<>();
  final Map<String, byte[]> xattrs = new HashMap<>();
  final Map<String, Link> names = new HashMap<>();
  final TreeMap<Long, Link> cookies = new TreeMap<>();
  int mode;
  int nlink = 1;
  int uid;
  int gid;
  int rdev;
  long size;
  long atime = now();
  long mtime = atime;
  long ctime = atime;
  long lookups;
  long nextCookie = 3;
  byte[] target = new byte[0];
  MemoryNode parent = this;

  MemoryNode(long ino, int mode) {
    this.ino = ino;
    this.mode = mode;
  }

  static long now() {
    var now = java.time.Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  boolean is(int type) {
    return (mode & 0170000) == type;
  }

  synchronized FuseAttr attr() {
    return new FuseAttr(
        ino, size, blocks.size() * 8L, atime, mtime, ctime, mode, nlink, uid, gid, rdev, BLOCK);
  }

  void put(String name, MemoryNode child) {
    remove(name);
    var link = new Link(name, nextCookie++, child);
    names.put(name, link);
    cookies.put(link.cookie(), link);
  }

  void remove(String name) {
    var link = names.remove(name);
    if (link != null) cookies.remove(link.cookie());
  }

  void touch() {
    mtime = ctime = now();
  }

  synchronized void read(long offset, ByteBuffer into) {
    long end = Math.min(size, offset + into.remaining());
    for (long at = offset; at < end; ) {
      int within = (int) (at % BLOCK);
      int n = (int) Math.min(BLOCK - within, end - at);
      byte[] block = blocks.get(at / BLOCK);
      into.put(block == null ? new byte[n] : Arrays.copyOfRange(block, within, within + n));
      at += n;
    }
  }

  synchronized void write(long offset, ByteBuffer data) {
    long at = offset;
    while (data.hasRemaining()) {
      int within = (int) (at % BLOCK);
      int n = Math.min(BLOCK - within, data.remaining());
      data.get(blocks.computeIfAbsent(at / BLOCK, _ -> new byte[BLOCK]), within, n);
      at += n;
    }
    size = Math.max(size, at);
  }

  synchronized void zero(long offset, long end) {
    for (long at = offset; at < end; ) {
      int within = (int) (at % BLOCK);
      int n = (int) Math.min(BLOCK - within, end - at);
      byte[] block = blocks.get(at / BLOCK);
      if (n == BLOCK) blocks.remove(at / BLOCK);
      else if (block != null) Arrays.fill(block, within, within + n, (byte) 0);
      at += n;
    }
  }

  synchronized void resize(long bytes) {
    if (bytes < size) {
      zero(bytes, (bytes + BLOCK - 1) / BLOCK * BLOCK);
      blocks.tailMap((bytes + BLOCK - 1) / BLOCK, true).clear();
    }
    size = bytes;
  }

  synchronized long seek(long offset, boolean data) {
    if (offset >= size) throw new FuseException(Errno.ENXIO);
    long block = offset / BLOCK;
    if (data) {
      Long next = blocks.ceilingKey(block);
      if (next == null || next * BLOCK >= size) throw new FuseException(Errno.ENXIO);
      return Math.max(offset, next * BLOCK);
    }
    while (blocks.containsKey(block)) block++;
    return Math.min(size, Math.max(offset, block * BLOCK));
  }

  synchronized void killPrivileges() {
    mode &= ~04000;
    if ((mode & 010) != 0) mode &= ~02000;
  }
}
