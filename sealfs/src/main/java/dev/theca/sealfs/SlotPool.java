package dev.theca.sealfs;

import java.util.ArrayDeque;

/**
 * Places for blocks in the upper's file, each of a whole block; freed ones are used again first.
 */
final class SlotPool {
  private static final int PER_BLOCK = Volume.BLOCK / SlotWriter.SLOT;

  private final ArrayDeque<Long> free = new ArrayDeque<>();
  private long blocks = 1; // slot 0 means "hole", so the first block of the file stays unused

  synchronized long take() {
    Long again = free.pollFirst();
    return again != null ? again : PER_BLOCK * blocks++;
  }

  synchronized void give(long slot) {
    free.addLast(slot);
  }

  synchronized long highest() {
    return blocks;
  }
}
