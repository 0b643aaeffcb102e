package dev.theca.sealfs.tree;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One inode in memory. Names and links are guarded by the tree's lock, content and attributes by
 * the inode's own (see {@link Tree}). Times are nanoseconds since 1970.
 */
public final class Inode {
  static final int S_IFMT = 0170000;
  static final int S_IFDIR = 0040000;
  static final int S_IFREG = 0100000;
  static final int S_IFLNK = 0120000;
  static final byte[] NOTHING = {};

  /** What a record adds to an attribute's name and value. */
  static final int XATTR_HEAD = 7;

  private static final byte[][] NO_ATTRIBUTES = {};

  final long ino;
  int mode;
  int nlink;
  int uid;
  int gid;
  int rdev;
  long size;
  long atime;
  long mtime;
  long ctime;
  long btime;

  /** Of a directory: where ".." leads. */
  long parent;

  /** How often the kernel was told of it and has not forgotten it. */
  private volatile long lookups;

  private static final AtomicLongFieldUpdater<Inode> LOOKUPS =
      AtomicLongFieldUpdater.newUpdater(Inode.class, "lookups");

  /** Names and values of extended attributes in turn. */
  byte[][] xattrs = NO_ATTRIBUTES;

  /** The target of a symlink, or the whole content of a small file. */
  byte[] bytes = NOTHING;

  /** Slots that blocks of a file take, those of the base included. */
  long stored;

  final @Nullable Directory names;
  @Nullable Extents extents;

  /** What fallocate(2) set aside for it. */
  @Nullable Promises promises;

  /** Bytes of its record that count against the quota; 0 for one that the base has. */
  int charged;

  /** In the list of what the next commit records. */
  boolean dirty;

  /** A journal or a chunk knows of it. */
  boolean recorded;

  /** It exists no more. */
  boolean gone;

  Inode(long ino, int mode) {
    this.ino = ino;
    this.mode = mode;
    this.names = (mode & S_IFMT) == S_IFDIR ? new Directory() : null;
  }

  void told() {
    long unused = LOOKUPS.incrementAndGet(this);
  }

  /** The kernel forgets so many look-ups; whether it forgot the last. */
  boolean forgotten(long count) {
    return LOOKUPS.updateAndGet(this, now -> Math.max(0, now - count)) == 0;
  }

  void forgottenWhole() {
    lookups = 0;
  }

  boolean isKnown() {
    return lookups > 0;
  }

  public long ino() {
    return ino;
  }

  public boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  public boolean isFile() {
    return (mode & S_IFMT) == S_IFREG;
  }

  public boolean isSymlink() {
    return (mode & S_IFMT) == S_IFLNK;
  }

  Directory directory() {
    if (names == null) throw new PosixException(dev.theca.linux.Errno.ENOTDIR);
    return names;
  }

  Extents extents() {
    if (extents == null) extents = new Extents();
    return extents;
  }

  /** The value of an attribute; not to be changed. */
  byte @Nullable [] xattr(byte[] name) {
    for (int i = 0; i < xattrs.length; i += 2)
      if (java.util.Arrays.equals(xattrs[i], name)) return xattrs[i + 1];
    return null;
  }

  void setXattr(byte[] name, byte[] value) {
    byte[][] now = xattrs.clone();
    for (int i = 0; i < now.length; i += 2) {
      if (!java.util.Arrays.equals(now[i], name)) continue;
      now[i + 1] = value;
      xattrs = now;
      return;
    }
    byte[][] more = java.util.Arrays.copyOf(now, now.length + 2);
    more[now.length] = name;
    more[now.length + 1] = value;
    xattrs = more;
  }

  boolean removeXattr(byte[] name) {
    for (int i = 0; i < xattrs.length; i += 2) {
      if (!java.util.Arrays.equals(xattrs[i], name)) continue;
      byte[][] less = new byte[xattrs.length - 2][];
      System.arraycopy(xattrs, 0, less, 0, i);
      System.arraycopy(xattrs, i + 2, less, i, less.length - i);
      xattrs = less;
      return true;
    }
    return false;
  }

  /** Bytes that attributes take in a record. */
  int xattrBytes() {
    int total = 0;
    for (byte[] part : xattrs) total += part.length;
    return total + xattrs.length / 2 * XATTR_HEAD;
  }

  void clearXattrs() {
    xattrs = NO_ATTRIBUTES;
  }
}
