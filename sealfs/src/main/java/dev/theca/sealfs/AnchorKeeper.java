package dev.theca.sealfs;

/**
 * Whoever remembers the newest state of a volume, so that yesterday's copy is refused tomorrow
 * (sealfs reference 2, "Anchor traffic").
 */
public interface AnchorKeeper {
  /** A state became durable. Must not block; newer ones may replace it before it travels. */
  void report(Anchor state);

  /**
   * Returns when the keeper holds this state or a newer one.
   *
   * @throws SealfsException when it is gone: the volume turns read-only
   */
  void await(Anchor state);

  /**
   * Remembers nothing: for volumes that nobody opens again, and for policies that allow any state.
   */
  AnchorKeeper NOBODY =
      new AnchorKeeper() {
        @Override
        public void report(Anchor state) {}

        @Override
        public void await(Anchor state) {}
      };
}
