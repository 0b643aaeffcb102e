package dev.theca.sealfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Appends to a file in slots of 4 KiB through one buffer; each piece begins at a slot. Any thread.
 */
final class SlotWriter {
  static final int SLOT = 4096;
  private static final int BUFFER = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private long next;
  private long written;

  SlotWriter(FileChannel channel, long firstSlot) {
    this.channel = channel;
    this.next = firstSlot;
    this.written = firstSlot * SLOT;
  }

  /** Writes the first {@code length} bytes; the slot where they begin. */
  long append(byte[] bytes, int length) {
    int padded = length + SLOT - 1 & -SLOT;
    lock.lock();
    try {
      if (buffer.remaining() < padded) drain();
      long slot = next;
      buffer.put(bytes, 0, length).put(new byte[padded - length]);
      next += padded / SLOT;
      return slot;
    } finally {
      lock.unlock();
    }
  }

  /** Writes out what is buffered; the size of the file. */
  long finish() {
    lock.lock();
    try {
      drain();
      return written;
    } finally {
      lock.unlock();
    }
  }

  private void drain() {
    buffer.flip();
    try {
      while (buffer.hasRemaining()) written += channel.write(buffer, written);
    } catch (IOException e) {
      throw new SealfsException("cannot write a volume", e);
    }
    buffer.clear();
  }
}
