package dev.theca.sealfs;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * One state of one volume, named exactly: the journal's sequence number and chain value (32 bytes)
 * after it. Whoever keeps it can demand that state, or one that leads on from it, the next time.
 */
public record Anchor(long sequence, byte[] chain) {
  private static final int CHAIN = 32;

  public Anchor {
    if (sequence < 0 || chain.length != CHAIN)
      throw new IllegalArgumentException("an anchor has a sequence number and 32 bytes");
  }

  /** Reads what {@link #toString} wrote: {@code 17:9f86d0...}. */
  public static Anchor parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) throw new IllegalArgumentException("an anchor is SEQUENCE:CHAIN");
    return new Anchor(
        Long.parseLong(text, 0, colon, 10), HexFormat.of().parseHex(text.substring(colon + 1)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Anchor a && sequence == a.sequence && Arrays.equals(chain, a.chain);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(sequence) * 31 + Arrays.hashCode(chain);
  }

  @Override
  public String toString() {
    return sequence + ":" + HexFormat.of().formatHex(chain);
  }
}
