package dev.theca.sealfs.tree;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All inodes by number, in pages of 1024. Reading takes no lock; adding and removing does. */
final class Inodes {
  /** Numbers in the life of a volume: none is used twice, and the table grows with the highest. */
  static final long MAX = 1L << 34;

  private static final int PAGE_LOG2 = 10;
  private static final int PAGE = 1 << PAGE_LOG2;

  private volatile @Nullable AtomicReferenceArray<Inode>[] pages = empty(16);
  private int[] counts = new int[16];
  private int size;

  @SuppressWarnings("unchecked")
  private static @Nullable AtomicReferenceArray<Inode>[] empty(int length) {
    return (@Nullable AtomicReferenceArray<Inode>[]) new AtomicReferenceArray<?>[length];
  }

  @Nullable Inode get(long ino) {
    var now = pages;
    long page = ino >>> PAGE_LOG2;
    if (page >= now.length) return null;
    var row = now[(int) page];
    return row == null ? null : row.get((int) ino & PAGE - 1);
  }

  synchronized void put(Inode inode) {
    int page = (int) (inode.ino >>> PAGE_LOG2);
    var now = pages;
    if (page >= now.length) {
      int length = Math.max(page + 1, now.length * 2);
      now = Arrays.copyOf(now, length);
      counts = Arrays.copyOf(counts, length);
    }
    var row = now[page];
    if (row == null) {
      row = new AtomicReferenceArray<>(PAGE);
      now[page] = row;
    }
    if (row.getAndSet((int) inode.ino & PAGE - 1, inode) == null) {
      counts[page]++;
      size++;
    }
    pages = now;
  }

  synchronized void remove(long ino) {
    int page = (int) (ino >>> PAGE_LOG2);
    var now = pages;
    var row = page < now.length ? now[page] : null;
    if (row == null || row.getAndSet((int) ino & PAGE - 1, null) == null) return;
    size--;
    if (--counts[page] == 0) now[page] = null;
  }

  synchronized int size() {
    return size;
  }

  /** In order of their numbers, from one to before another. */
  void range(long from, long to, Consumer<Inode> what) {
    var now = pages;
    for (long page = from >>> PAGE_LOG2; page < now.length && page << PAGE_LOG2 < to; page++) {
      var row = now[(int) page];
      if (row == null) continue;
      for (int i = 0; i < PAGE; i++) {
        Inode inode = row.get(i);
        if (inode != null && inode.ino >= from && inode.ino < to) what.accept(inode);
      }
    }
  }

  void each(Consumer<Inode> what) {
    range(0, Long.MAX_VALUE, what);
  }
}
