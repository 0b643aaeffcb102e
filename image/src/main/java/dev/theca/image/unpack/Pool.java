package dev.theca.image.unpack;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The few buffers between two stages of a pipe. Who fills them waits here until one is free: that
 * is what bounds the pipe. Buffers are made when they are first needed.
 */
final class Pool {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Piece> free = new ArrayDeque<>();
  private final int pieceBytes;
  private int unmade;
  private boolean closed;

  Pool(int pieces, int pieceBytes) {
    this.unmade = pieces;
    this.pieceBytes = pieceBytes;
  }

  /** A free buffer; null when nobody wants more. */
  @Nullable Piece take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && free.isEmpty() && unmade == 0) changed.await();
      if (closed) return null;
      Piece ready = free.pollLast();
      if (ready != null) return ready;
      unmade--;
      return new Piece(pieceBytes);
    } finally {
      lock.unlock();
    }
  }

  void give(Piece piece) {
    lock.lock();
    try {
      free.addLast(piece);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody wants more: who fills buffers stops. */
  void close() {
    lock.lock();
    try {
      closed = true;
      free.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
