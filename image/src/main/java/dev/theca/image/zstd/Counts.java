package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;

/** The description of an FSE table: how often each symbol occurs (RFC 8878 section 4.1.1). */
final class Counts {
  private static final int MIN_LOG = 5;

  /** For each symbol how many places of the table it has; -1: one, and rarer than that. */
  final short[] counts;

  final int log;
  final int end;

  private Counts(short[] counts, int log, int end) {
    this.counts = counts;
    this.log = log;
    this.end = end;
  }

  /** Counts that need no description. */
  static Counts given(int[] counts, int log) {
    var shorts = new short[counts.length];
    for (int i = 0; i < counts.length; i++) shorts[i] = (short) counts[i];
    return new Counts(shorts, log, 0);
  }

  static Counts read(byte[] in, int from, int limit, int symbols, int maxLog) throws Malformed {
    if (from >= limit) throw cutOff();
    int log = (in[from] & 15) + MIN_LOG;
    if (log > maxLog) throw new Malformed("a table of 2^" + log + " places");
    var counts = new short[symbols];
    int place = 8 * from + 4;
    int remaining = (1 << log) + 1;
    int symbol = 0;
    while (remaining > 1) {
      if (symbol >= symbols || place > 8 * limit)
        throw new Malformed("a table of too many symbols");
      int width = Bits.highest(remaining) + 1; // of the largest number that may come
      int half = 1 << width - 1;
      int rare = 2 * half - 1 - remaining; // so many numbers have a bit less
      int bits = (int) Bits.INT.get(in, place >>> 3) >>> (place & 7);
      int value = bits & half - 1;
      if (value < rare) {
        place += width - 1;
      } else {
        value = bits & 2 * half - 1;
        if (value >= half) value -= rare;
        place += width;
      }
      int count = value - 1;
      counts[symbol++] = (short) count;
      remaining -= Math.abs(count);
      if (count != 0) continue;
      for (int more = 3; more == 3; symbol += more, place += 2) {
        if (symbol >= symbols || place > 8 * limit)
          throw new Malformed("a table of too many symbols");
        more = (in[place >>> 3] & 0xFF | (in[(place >>> 3) + 1] & 0xFF) << 8) >>> (place & 7) & 3;
      }
    }
    int end = place + 7 >>> 3;
    if (remaining != 1 || end > limit) throw cutOff();
    return new Counts(counts, log, end);
  }

  private static Malformed cutOff() {
    return new Malformed("a table that is cut off or of a wrong sum");
  }

  /** Which symbol each place of the table has. */
  byte[] spread() throws Malformed {
    int size = 1 << log;
    var symbols = new byte[size];
    int high = size;
    for (int s = 0; s < counts.length; s++) if (counts[s] < 0) symbols[--high] = (byte) s;
    int step = (size >> 1) + (size >> 3) + 3;
    int at = 0;
    for (int s = 0; s < counts.length; s++)
      for (int i = 0; i < counts[s]; i++) {
        symbols[at] = (byte) s;
        do at = at + step & size - 1;
        while (at >= high);
      }
    if (at != 0) throw new Malformed("a table of a wrong sum");
    return symbols;
  }
}
