package dev.theca.broker.seal;

import java.util.concurrent.atomic.AtomicLong;

/** Uses of one data key that this process reserved. */
final class Lease {
  final long keyId;
  final long retiresMillis;
  private final long block;
  private final AtomicLong left;

  Lease(long keyId, long block, long retiresMillis) {
    this.keyId = keyId;
    this.block = block;
    this.retiresMillis = retiresMillis;
    left = new AtomicLong(block);
  }

  /** Takes one use; false when none is left. */
  boolean take() {
    return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  /** Whether the next block should be fetched before this one ends. */
  boolean low(long nowMillis) {
    return left.get() < block / 2 || nowMillis >= retiresMillis;
  }
}
