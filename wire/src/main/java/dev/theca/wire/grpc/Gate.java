package dev.theca.wire.grpc;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where a server's reading threads rest while it wants to be left as it is. */
final class Gate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean shut;
  private int resting;

  void shut(boolean value) {
    lock.lock();
    try {
      shut = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isShut() {
    lock.lock();
    try {
      return shut;
    } finally {
      lock.unlock();
    }
  }

  /** Has those who rest look again whether they are needed. */
  void look() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Rests as long as the gate is shut and the thread is not needed. */
  void rest(BooleanSupplier needed) {
    lock.lock();
    try {
      resting++;
      while (shut && !needed.getAsBoolean()) changed.awaitUninterruptibly();
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
