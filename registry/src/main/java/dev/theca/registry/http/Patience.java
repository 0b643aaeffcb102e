package dev.theca.registry.http;

import java.time.Duration;

/**
 * How long one connection has made us wait. Only time inside of reads and writes counts, so that a
 * slow disk of ours is never held against the peer; a thousand moved bytes start it anew, so that a
 * byte now and then does not. Thread-safe for one thread that works and one that watches.
 */
final class Patience {
  private static final int ENOUGH_BYTES = 1000;

  private volatile long limitNanos;
  private volatile long spentNanos;
  private volatile long since;
  private volatile boolean waiting;
  private boolean renewable = true;
  private long moved;

  Patience(Duration limit) {
    limitNanos = limit.toNanos();
  }

  /** From now on; {@code renewable} says whether moved bytes start the time anew. */
  void begin(Duration limit, boolean renewed) {
    renewable = renewed;
    moved = 0;
    spentNanos = 0;
    limitNanos = limit.toNanos();
  }

  void enter() {
    since = System.nanoTime();
    waiting = true;
  }

  void leave(long bytes) {
    waiting = false;
    spentNanos = spentNanos + System.nanoTime() - since;
    moved += bytes;
    if (renewable && moved >= ENOUGH_BYTES) {
      moved = 0;
      spentNanos = 0;
    }
  }

  boolean isOver() {
    return waiting && spentNanos + System.nanoTime() - since > limitNanos;
  }
}
