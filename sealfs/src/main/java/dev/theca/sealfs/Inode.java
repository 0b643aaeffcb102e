package dev.theca.sealfs;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One inode in memory. The names of a directory are guarded by the tree's lock; content, size and
 * blocks of a file by {@link #lock}.
 */
final class Inode {
  static final int S_IFMT = 0170000;
  static final int S_IFDIR = 0040000;
  static final int S_IFREG = 0100000;
  static final int S_IFLNK = 0120000;

  /**
   * A name in a directory; {@code cookie} rises with every insertion and is where a listing
   * continues.
   */
  record Child(Name name, long ino, long cookie) {}

  final long ino;
  final ReentrantLock lock = new ReentrantLock();
  int mode;
  int nlink;
  int uid;
  int gid;
  int rdev;
  long size;
  long atimeNanos;
  long mtimeNanos;
  long ctimeNanos;
  long lookups;
  long parent;
  byte[] target = {};
  final Map<Name, byte[]> xattrs = new LinkedHashMap<>();
  Blocks blocks = new Blocks();
  private @Nullable Map<Name, Child> names;
  private @Nullable TreeMap<Long, Child> order;
  private long nextCookie = 3; // 1 and 2 are "." and ".."

  Inode(long ino, int mode) {
    this.ino = ino;
    this.mode = mode;
    if (isDirectory()) {
      names = new LinkedHashMap<>();
      order = new TreeMap<>();
    }
  }

  boolean isDirectory() {
    return (mode & S_IFMT) == S_IFDIR;
  }

  boolean isFile() {
    return (mode & S_IFMT) == S_IFREG;
  }

  boolean isSymlink() {
    return (mode & S_IFMT) == S_IFLNK;
  }

  private Map<Name, Child> names() {
    if (names == null) throw new IllegalStateException("inode " + ino + " is no directory");
    return names;
  }

  private TreeMap<Long, Child> order() {
    if (order == null) throw new IllegalStateException("inode " + ino + " is no directory");
    return order;
  }

  @Nullable Child child(Name name) {
    return names().get(name);
  }

  void put(Name name, long child) {
    Child old = names().get(name);
    if (old != null) order().remove(old.cookie());
    var entry = new Child(name, child, nextCookie++);
    names().put(name, entry);
    order().put(entry.cookie(), entry);
  }

  void remove(Name name) {
    Child old = names().remove(name);
    if (old != null) order().remove(old.cookie());
  }

  boolean isEmpty() {
    return names().isEmpty();
  }

  int entries() {
    return names().size();
  }

  /** Entries in insertion order. */
  Iterable<Child> children() {
    return order().values();
  }

  /** The first entry after a cookie. */
  @Nullable Child after(long cookie) {
    var next = order().higherEntry(cookie);
    return next == null ? null : next.getValue();
  }

  Iterator<Child> childrenAfter(long cookie) {
    return order().tailMap(cookie, false).values().iterator();
  }
}
