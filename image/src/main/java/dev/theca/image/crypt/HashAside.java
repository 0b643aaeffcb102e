package dev.theca.image.crypt;

import dev.theca.image.ImageException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Hashes in a thread of its own: {@code update} copies and returns, so that the caller may change
 * its bytes at once. A layer has three hash passes, and copying costs a tenth of one. Holds four
 * buffers, whatever the layer's size.
 */
final class HashAside implements RunningHash {
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int BUFFERS = 4;

  private final RunningHash hash;
  private final BlockingQueue<Chunk> empty = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final Chunk end = new Chunk(new byte[0]);
  private final Thread thread;
  private Chunk current;

  private static final class Chunk {
    private final byte[] bytes;
    private int length;

    private Chunk(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  HashAside(RunningHash hash) {
    this.hash = hash;
    for (int i = 0; i < BUFFERS - 1; i++) {
      boolean unused = empty.add(new Chunk(new byte[BUFFER_BYTES]));
    }
    current = new Chunk(new byte[BUFFER_BYTES]);
    thread = Thread.ofVirtual().name("layer-hash").start(this::work);
  }

  private void work() {
    try {
      for (Chunk chunk; (chunk = full.take()) != end; ) {
        hash.update(chunk.bytes, 0, chunk.length);
        empty.put(chunk);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed before its end: nobody asks for the value
    }
  }

  @Override
  public void update(byte[] bytes, int from, int length) {
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, current.bytes.length - current.length);
      System.arraycopy(bytes, from + done, current.bytes, current.length, part);
      current.length += part;
      done += part;
      if (current.length == current.bytes.length) handOver();
    }
  }

  private void handOver() {
    try {
      full.put(current);
      current = empty.take();
      current.length = 0;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public byte[] finish() {
    try {
      full.put(current);
      full.put(end);
      thread.join();
      return hash.finish();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ImageException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ImageException("interrupted while hashing a layer", e);
  }

  /** Waits for the thread too: it holds plaintext, and nothing of a layer outlives its end. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
