package dev.theca.wire.rpc;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Where a server's reading threads rest while it wants to be left as it is: one thread for each
 * connection, and one that listens.
 */
public final class Gate {
  private static final int STEP_MILLIS = 5;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean shut;
  private int resting;

  public Gate() {
    // open, and nobody rests
  }

  /**
   * Shuts it, and waits until all threads rest and the server is quiet. False, and all goes on as
   * before, when that did not come within the limit. For a listener that can pause.
   */
  public boolean settle(
      RpcListener listener, IntSupplier connections, BooleanSupplier quiet, Duration limit)
      throws InterruptedException {
    shut();
    listener.pause();
    long end = System.nanoTime() + limit.toNanos();
    while (resting() <= connections.getAsInt() || !quiet.getAsBoolean()) {
      if (System.nanoTime() > end) {
        goOn(listener);
        return false;
      }
      Thread.sleep(STEP_MILLIS);
    }
    return true;
  }

  /** Opens it; everybody reads again. */
  public void goOn(RpcListener listener) {
    listener.resume();
    open();
  }

  /** Opens it for those who rest to see that their connections have ended. */
  public void open() {
    set(false);
  }

  /** Shuts it, and waits for nobody. */
  public void shut() {
    set(true);
  }

  private void set(boolean value) {
    lock.lock();
    try {
      shut = value;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public boolean isShut() {
    lock.lock();
    try {
      return shut;
    } finally {
      lock.unlock();
    }
  }

  /** Has those who rest look again whether they are needed. */
  public void look() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Rests as long as the gate is shut. */
  public void rest() {
    rest(() -> false);
  }

  /** Rests as long as the gate is shut and the thread is not needed. */
  public void rest(BooleanSupplier needed) {
    lock.lock();
    try {
      resting++;
      while (shut && !needed.getAsBoolean()) changed.awaitUninterruptibly();
      resting--;
    } finally {
      lock.unlock();
    }
  }

  private int resting() {
    lock.lock();
    try {
      return resting;
    } finally {
      lock.unlock();
    }
  }
}
