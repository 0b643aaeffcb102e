package dev.theca.broker.seal;

import java.time.Duration;

/**
 * How long and how often a data key seals.
 *
 * @param sealings uses of one key, of all replicas together
 * @param block uses that one replica reserves at once, and may lose when it dies
 */
record Bounds(long sealings, long block, long lifetimeMillis) {
  /**
   * SP 800-38D section 8.3 allows 2^32 uses with random nonces of 96 bits, where two nonces meet
   * with a probability of 2^-33. At 2^24 uses it is 2^-49 per key.
   */
  static final Bounds DEFAULT = new Bounds(1L << 24, 1L << 14, Duration.ofDays(30).toMillis());

  Bounds {
    if (block < 2 || sealings < block || lifetimeMillis <= 0)
      throw new IllegalArgumentException("bounds that let nothing be sealed");
  }
}
