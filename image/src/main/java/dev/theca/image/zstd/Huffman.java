package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;
import java.util.Arrays;

/** A Huffman table for literals and its description (RFC 8878 section 4.2.1). */
final class Huffman {
  static final int MAX_LOG = 11;
  private static final int MAX_SYMBOLS = 256;
  private static final int WEIGHTS_LOG = 6;

  /** For the next {@code log} bits: the symbol (high byte) and how many of them are its own. */
  final char[] places = new char[1 << MAX_LOG];

  int log;
  private final byte[] weights = new byte[MAX_SYMBOLS];

  /** Reads the description; where it ends. */
  int read(byte[] in, int from, int limit) throws Malformed {
    if (from >= limit) throw new Malformed("a Huffman table that is cut off");
    int head = in[from] & 0xFF;
    int direct = head - 127;
    int end = from + 1 + (direct > 0 ? direct + 1 >> 1 : head);
    if (end > limit) throw new Malformed("a Huffman table that is cut off");
    int symbols = direct > 0 ? direct : compressed(in, from + 1, end);
    for (int i = 0; i < direct; i++)
      weights[i] = (byte) (in[from + 1 + (i >> 1)] >> (i % 2 == 0 ? 4 : 0) & 15);
    fill(complete(symbols));
    return end;
  }

  /** Weights behind a table of their own, by two states in turn; how many. */
  private int compressed(byte[] in, int from, int end) throws Malformed {
    var counts = Counts.read(in, from, end, MAX_LOG + 2, WEIGHTS_LOG);
    byte[] symbols = counts.spread();
    var next = new int[counts.counts.length];
    for (int s = 0; s < next.length; s++) next[s] = Math.abs(counts.counts[s]);
    var bits = new byte[symbols.length];
    var bases = new byte[symbols.length];
    for (int i = 0; i < symbols.length; i++) {
      int state = next[symbols[i]]++;
      bits[i] = (byte) (counts.log - Bits.highest(state));
      bases[i] = (byte) ((state << bits[i]) - symbols.length);
    }
    int start = 8 * counts.end;
    int place = Bits.end(in, counts.end, end) - 2 * counts.log;
    if (place < start) throw new Malformed("Huffman weights that are cut off");
    long both = Bits.below(in, place + 2 * counts.log);
    int state = Bits.top(both, counts.log);
    int other = Bits.top(both << counts.log, counts.log);
    int count = 0;
    while (place >= start) {
      if (count >= MAX_SYMBOLS - 2) throw new Malformed("too many Huffman weights");
      weights[count++] = symbols[state];
      int after = bases[state] + Bits.top(Bits.below(in, place), bits[state]);
      place -= bits[state];
      state = other;
      other = after;
    }
    weights[count++] = symbols[state];
    return count;
  }

  /** Adds the last weight, which is what is missing to a power of two; how many there are now. */
  private int complete(int symbols) throws Malformed {
    int sum = 0;
    for (int i = 0; i < symbols; i++) sum += 1 << weights[i] >> 1;
    log = sum == 0 ? MAX_LOG + 1 : Bits.highest(sum) + 1;
    if (log > MAX_LOG) throw new Malformed("a Huffman table of no or too many bits");
    int missing = (1 << log) - sum;
    if (Integer.bitCount(missing) != 1) throw new Malformed("a Huffman table of a wrong sum");
    weights[symbols] = (byte) (Bits.highest(missing) + 1);
    return symbols + 1;
  }

  private void fill(int symbols) throws Malformed {
    int at = 0;
    for (int weight = 1; weight <= log; weight++) {
      int width = 1 << weight - 1;
      for (int s = 0; s < symbols; s++) {
        if (weights[s] != weight) continue;
        Arrays.fill(places, at, at + width, (char) (s << 8 | log + 1 - weight));
        at += width;
      }
      // A tree has two leaves at its deepest level: the reference refuses what has not.
      if (weight == 1 && at < 2) throw new Malformed("a Huffman table without longest codes");
    }
  }
}
