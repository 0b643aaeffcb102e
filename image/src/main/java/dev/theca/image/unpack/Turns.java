package dev.theca.image.unpack;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Whose turn it is to change the tree: layers come in their order, one at a time. */
final class Turns {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int current;

  boolean has(int layer) {
    lock.lock();
    try {
      return current == layer;
    } finally {
      lock.unlock();
    }
  }

  void await(int layer) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (current < layer) changed.await();
    } finally {
      lock.unlock();
    }
  }

  /** The layer whose turn it is has changed what it had to. */
  void pass() {
    lock.lock();
    try {
      current++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
