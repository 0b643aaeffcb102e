package dev.theca.sealfs.tree;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of small files may live in memory; beyond that they go to blocks. */
public final class InlineBudget {
  private final AtomicLong left;

  public InlineBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** Takes some; false when there is not so much, and then nothing is taken. */
  boolean grow(int bytes) {
    if (left.addAndGet(-bytes) >= 0) return true;
    left.addAndGet(bytes);
    return false;
  }

  /** Counts what is there already. */
  void charge(int bytes) {
    left.addAndGet(-bytes);
  }

  void shrink(int bytes) {
    left.addAndGet(bytes);
  }
}
