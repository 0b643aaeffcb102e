package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;

/**
 * Literals from one stream of Huffman codes or four (RFC 8878 section 4.2.2). Four are read side by
 * side: each step of one waits for its last, and the processor does the others meanwhile.
 */
final class HuffmanStreams {
  private static final int STREAMS = 4;
  private static final int JUMPS_BYTES = 6;
  private static final int MIN_FOUR = 6;

  private HuffmanStreams() {}

  static void one(Huffman table, byte[] in, int from, int end, byte[] out, int size)
      throws Malformed {
    rest(table, in, from, Bits.end(in, from, end), out, 0, size);
  }

  static void four(Huffman table, byte[] in, int from, int end, byte[] out, int size)
      throws Malformed {
    if (size < MIN_FOUR || end - from < JUMPS_BYTES + STREAMS) throw wrong();
    long jumps = (long) Bits.LONG.get(in, from);
    int a = from + JUMPS_BYTES;
    int b = a + (int) (jumps & 0xFFFF);
    int c = b + (int) (jumps >>> 16 & 0xFFFF);
    int d = c + (int) (jumps >>> 32 & 0xFFFF);
    if (d >= end) throw wrong();
    int quarter = (size + STREAMS - 1) / STREAMS;
    if (size < (STREAMS - 1) * quarter) throw wrong();
    var places =
        new int[] {
          Bits.end(in, a, b), Bits.end(in, b, c), Bits.end(in, c, d), Bits.end(in, d, end)
        };
    // The last one is the shortest.
    int done = together(table, in, from, places, out, quarter, size - (STREAMS - 1) * quarter);
    rest(table, in, a, places[0], out, done, quarter);
    rest(table, in, b, places[1], out, quarter + done, 2 * quarter);
    rest(table, in, c, places[2], out, 2 * quarter + done, 3 * quarter);
    rest(table, in, d, places[3], out, 3 * quarter + done, size);
  }

  /** Four symbols of each while all have so many; how many each had. A stream may come too far. */
  private static int together(
      Huffman table, byte[] in, int from, int[] at, byte[] out, int quarter, int least) {
    char[] places = table.places;
    int shift = Long.SIZE - table.log;
    int start = 8 * from;
    int a = at[0];
    int b = at[1];
    int c = at[2];
    int d = at[3];
    int done = 0;
    // Each begins behind the start, so the one that is below it read too far; rest() tells.
    while (done + 4 <= least && a >= start && b >= start && c >= start && d >= start) {
      a -= step(places, shift, Bits.below(in, a), out, done);
      b -= step(places, shift, Bits.below(in, b), out, quarter + done);
      c -= step(places, shift, Bits.below(in, c), out, 2 * quarter + done);
      d -= step(places, shift, Bits.below(in, d), out, 3 * quarter + done);
      done += 4;
    }
    at[0] = a;
    at[1] = b;
    at[2] = c;
    at[3] = d;
    return done;
  }

  /** Four symbols; how many bits they were. */
  private static int step(char[] places, int shift, long bits, byte[] out, int at) {
    int first = places[(int) (bits >>> shift)];
    bits <<= first;
    int second = places[(int) (bits >>> shift)];
    bits <<= second;
    int third = places[(int) (bits >>> shift)];
    bits <<= third;
    int fourth = places[(int) (bits >>> shift)];
    Bits.INT.set(
        out, at, first >>> 8 | second & 0xFF00 | (third & 0xFF00) << 8 | (fourth & 0xFF00) << 16);
    return (first & 0xFF) + (second & 0xFF) + (third & 0xFF) + (fourth & 0xFF);
  }

  /** One stream to its end, which must be where it began. */
  private static void rest(
      Huffman table, byte[] in, int from, int place, byte[] out, int at, int end) throws Malformed {
    int shift = Long.SIZE - table.log;
    while (at < end && place > 8 * from) {
      int symbol = table.places[(int) (Bits.below(in, place) >>> shift)];
      out[at++] = (byte) (symbol >>> 8);
      place -= symbol & 0xFF;
    }
    if (at != end || place != 8 * from) throw wrong();
  }

  private static Malformed wrong() {
    return new Malformed("literals that are longer or shorter than said");
  }
}
