package dev.theca.broker.plugin;

import java.util.Optional;

/**
 * Where the newest state of each volume is written down: compare-and-set of (sequence, chain) by
 * owner and volume. An advance is durable when it returns, and is recorded in the audit trail by
 * the book.
 */
public interface AnchorBook {
  /** One state of one volume: how many frames, and the chain's value after them (hex). */
  record Anchor(long sequence, String chain) {
    /** What an owner expects who has no anchor yet. */
    public static final Anchor NEW = new Anchor(0, "");
  }

  /** What came of an advance. */
  sealed interface Step {
    /** The book holds the new anchor. */
    record Advanced() implements Step {}

    /** Another is in the book; nothing was changed. */
    record Moved(Optional<Anchor> found) implements Step {}
  }

  /** The newest anchor, if there is one. */
  Optional<Anchor> read(String owner, String volume);

  /**
   * Replaces the expected anchor, {@link Anchor#NEW} for none yet, by a newer one.
   *
   * @param newSequence greater than the expected
   */
  Step advance(
      String owner,
      String volume,
      long expectedSequence,
      String expectedChain,
      long newSequence,
      String newChain);
}
