package dev.theca.image.unpack;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Filled buffers on their way from one stage to the next; bounded by the pool that they come from.
 * A stage that fails says so at the end of its line, behind what it did bring.
 */
final class Line {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Piece> filled = new ArrayDeque<>();
  private boolean ended;
  private @Nullable Throwable failure;

  void put(Piece piece) {
    lock.lock();
    try {
      filled.addLast(piece);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends with a failure; the next stage gets it as its own. */
  void fail(Throwable why) {
    lock.lock();
    try {
      if (!ended) failure = why;
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The next buffer, or null at the end. */
  @Nullable Piece take() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (filled.isEmpty() && !ended) changed.await();
      Piece next = filled.pollFirst();
      if (next != null || failure == null) return next;
      switch (failure) {
        case IOException e -> throw e;
        case InterruptedException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException("a stage failed", failure);
      }
    } finally {
      lock.unlock();
    }
  }
}
