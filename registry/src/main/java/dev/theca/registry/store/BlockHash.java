package dev.theca.registry.store;

import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Hashes blocks on a thread of its own, in their order, while the next ones arrive and are written.
 * Holds eight blocks, whatever comes. For one thread; what was given is hashed when it is closed.
 */
final class BlockHash implements AutoCloseable {
  private static final int BLOCK = 64 << 10;
  private static final int BLOCKS = 8;

  /** A block and how much of it is filled. */
  static final class Block {
    final byte[] bytes;
    int length;

    private Block(int size) {
      this.bytes = new byte[size];
    }
  }

  private final MessageDigest hash;
  private final BlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
  private final BlockingQueue<Block> full = new ArrayBlockingQueue<>(BLOCKS + 1);
  private final Block end = new Block(0);
  private final Thread thread;
  private int made;

  BlockHash(MessageDigest hash) {
    this.hash = hash;
    this.thread = Thread.ofVirtual().name("upload-hash").start(this::work);
  }

  private void work() {
    boolean more = true;
    while (more) {
      try {
        Block block = full.take();
        more = block != end;
        hash.update(block.bytes, 0, block.length);
        if (more) free.put(block);
      } catch (InterruptedException e) {
        continue; // nobody knows this thread but the one that waits for its end
      }
    }
  }

  /** A block to be filled. */
  Block next() throws InterruptedIOException {
    Block ready = free.poll();
    if (ready != null) return ready;
    if (made < BLOCKS) {
      made++;
      return new Block(BLOCK);
    }
    try {
      return free.take();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  void take(Block block) throws InterruptedIOException {
    try {
      full.put(block);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("an upload was interrupted");
  }

  @Override
  public void close() {
    boolean interrupted = false;
    for (boolean told = false; thread.isAlive(); ) {
      try {
        if (!told) full.put(end);
        told = true;
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
