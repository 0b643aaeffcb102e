package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;

/**
 * An FSE table for lengths or offsets. A place holds all that a step needs: the value that the
 * symbol begins with (32 bits), where the next state begins (16), how many bits are added to that
 * (8), and to the value (8).
 */
final class SequenceTable {
  final long[] places;
  final int log;

  private SequenceTable(long[] places, int log) {
    this.places = places;
    this.log = log;
  }

  static SequenceTable of(Counts counts, SequenceKind kind) throws Malformed {
    byte[] symbols = counts.spread();
    var places = new long[symbols.length];
    var next = new int[counts.counts.length];
    for (int s = 0; s < next.length; s++) next[s] = Math.abs(counts.counts[s]);
    for (int i = 0; i < places.length; i++) {
      int symbol = symbols[i];
      int state = next[symbol]++;
      int bits = counts.log - Bits.highest(state);
      places[i] = place(kind, symbol, (state << bits) - places.length, bits);
    }
    return new SequenceTable(places, counts.log);
  }

  /** One symbol for all: no state is ever read. */
  static SequenceTable repeated(int symbol, SequenceKind kind) throws Malformed {
    if (symbol >= kind.symbols())
      throw new Malformed("no such " + kind.shown() + " code: " + symbol);
    return new SequenceTable(new long[] {place(kind, symbol, 0, 0)}, 0);
  }

  private static long place(SequenceKind kind, int symbol, int next, int bits) {
    return kind.base(symbol) << 32 | (long) next << 16 | (long) bits << 8 | kind.extra(symbol);
  }
}
