package dev.theca.wire.ttrpc;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where a server's reading threads rest while it wants to be left as it is. */
final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition opened = lock.newCondition();
  private boolean shut;
  private int resting;

  void shut() {
    lock.lock();
    try {
      shut = true;
    } finally {
      lock.unlock();
    }
  }

  void open() {
    lock.lock();
    try {
      shut = false;
      opened.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Rests as long as the gate is shut. */
  void rest() {
    lock.lock();
    try {
      resting++;
      while (shut) opened.awaitUninterruptibly();
      resting--;
    } finally {
      lock.unlock();
    }
  }

  int resting() {
    lock.lock();
    try {
      return resting;
    } finally {
      lock.unlock();
    }
  }
}
