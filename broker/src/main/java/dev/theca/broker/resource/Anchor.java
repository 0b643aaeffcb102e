package dev.theca.broker.resource;

import dev.theca.wire.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where a volume stands: a sequence number that only grows, and the 32-byte value of the chain that
 * its states form.
 */
public final class Anchor {
  public static final int CHAIN_BYTES = 32;

  /** Where a volume stands that has no anchor yet. */
  public static final Anchor NEW = new Anchor(0, new byte[CHAIN_BYTES]);

  private final long sequence;
  private final byte[] chain;

  public Anchor(long sequence, byte[] chain) {
    if (sequence < 0 || chain.length != CHAIN_BYTES)
      throw new IllegalArgumentException(
          "an anchor is a number from 0 on and 32 bytes, not " + sequence + " and " + chain.length);
    this.sequence = sequence;
    this.chain = chain.clone();
  }

  public long sequence() {
    return sequence;
  }

  public byte[] chain() {
    return chain.clone();
  }

  public JsonObject toJson() {
    return JsonObject.builder()
        .put("sequence", sequence)
        .put("chain", HexFormat.of().formatHex(chain))
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Anchor anchor
        && sequence == anchor.sequence
        && Arrays.equals(chain, anchor.chain);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence) * 31 + Arrays.hashCode(chain);
  }

  @Override
  public String toString() {
    return equals(NEW) ? "none" : "sequence " + sequence;
  }
}
