package dev.theca.sealfs.disk;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Appends to a new volume's file through one buffer, so that many small pieces are one write. Each
 * piece begins at a slot. Any thread.
 */
public final class Appender {
  private static final int BUFFER = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final HostFile file;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;
  private long next;

  /** Appends from a slot on. */
  public Appender(HostFile file, long firstSlot) {
    this.file = file;
    this.next = firstSlot;
  }

  /** Takes the first {@code length} bytes; the slot where they begin. */
  public long append(byte[] bytes, int length) {
    int padded = Slots.count(length) * Slots.SLOT;
    lock.lock();
    try {
      if (padded > BUFFER - filled) drain();
      long slot = next;
      next += padded / Slots.SLOT;
      if (padded > BUFFER) {
        file.write(slot * Slots.SLOT, bytes, 0, length);
        return slot;
      }
      System.arraycopy(bytes, 0, buffer, filled, length);
      java.util.Arrays.fill(buffer, filled + length, filled + padded, (byte) 0);
      filled += padded;
      return slot;
    } finally {
      lock.unlock();
    }
  }

  /** Writes out what is buffered; one behind the last slot. */
  public long finish() {
    lock.lock();
    try {
      drain();
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    if (filled == 0) return;
    file.write(next * Slots.SLOT - filled, buffer, 0, filled);
    filled = 0;
  }
}
