package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.disk.Quota;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * All inodes and names of a volume in memory, and the locks around them. Order of locks, outermost
 * first: {@link #gate} (read by everybody who changes something, written by a commit while it takes
 * what changed), {@link #names} (tree shape, links, look-ups), one inode's lock (content and
 * attributes; never two at once), the inside of {@link Extents} and {@link Changes}. No host file
 * is read or written under the lock of names.
 */
public final class Tree {
  public static final long ROOT = 1;
  private static final int STRIPES = 1024;

  final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  final ReentrantReadWriteLock names = new ReentrantReadWriteLock();
  final Inodes inodes = new Inodes();
  final Changes changes;

  /** Inodes that lost their last name and that somebody still knows. */
  final Set<Long> nameless = ConcurrentHashMap.newKeySet();

  final AtomicLong nextIno = new AtomicLong(ROOT + 1);
  private final ReadWriteLock[] stripes = new ReadWriteLock[STRIPES];

  /** An empty tree: no root yet. */
  public Tree(boolean recording, Quota quota) {
    changes = new Changes(recording, quota);
    for (int i = 0; i < STRIPES; i++) stripes[i] = new ReentrantReadWriteLock();
  }

  /** Gives an empty tree its root directory, 0755, 0:0. */
  public void plant(long now) {
    var root = new Inode(ROOT, Inode.S_IFDIR | 0755);
    root.nlink = 2;
    root.parent = ROOT;
    root.atime = root.mtime = root.ctime = root.btime = now;
    inodes.put(root);
    changes.inode(root);
  }

  /** Something that is done under locks. */
  @FunctionalInterface
  interface Work<T> {
    T run();
  }

  Inode inode(long ino) {
    var inode = inodes.get(ino);
    if (inode == null) throw new PosixException(Errno.ENOENT);
    return inode;
  }

  @Nullable Inode find(long ino) {
    return inodes.get(ino);
  }

  private Lock lock(Inode inode, boolean write) {
    var both = stripes[(int) (inode.ino ^ inode.ino >>> 10) & STRIPES - 1];
    return write ? both.writeLock() : both.readLock();
  }

  private static <T> T under(Lock lock, Work<T> work) {
    lock.lock();
    try {
      return work.run();
    } finally {
      lock.unlock();
    }
  }

  <T> T reading(Inode inode, Work<T> work) {
    return under(lock(inode, false), work);
  }

  <T> T writing(Inode inode, Work<T> work) {
    return under(lock(inode, true), work);
  }

  <T> T listing(Work<T> work) {
    return under(names.readLock(), work);
  }

  /** Changes of names: the gate, then the names. */
  <T> T naming(Work<T> work) {
    return under(gate.readLock(), () -> under(names.writeLock(), work));
  }

  /** Changes of one inode: the gate, then the inode. */
  <T> T changing(Inode inode, Work<T> work) {
    return under(
        gate.readLock(),
        () ->
            writing(
                inode,
                () -> {
                  if (inode.gone) throw new PosixException(Errno.ENOENT); // nobody can reach it
                  return work.run();
                }));
  }

  /** While nobody changes anything. */
  <T> T frozen(Work<T> work) {
    return under(gate.writeLock(), work);
  }

  public int size() {
    return inodes.size();
  }
}
