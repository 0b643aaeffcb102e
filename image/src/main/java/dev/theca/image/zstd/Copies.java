package dev.theca.image.zstd;

/**
 * Copies in words, which write up to {@link Bits#SLACK} bytes too far: what is there comes later.
 */
final class Copies {
  private static final int WORD = 8;
  private static final int SHORT = 2 * WORD;

  private Copies() {}

  /** Between two arrays. */
  static void literals(byte[] from, int at, byte[] out, int to, int length) {
    if (length > SHORT) {
      System.arraycopy(from, at, out, to, length);
      return;
    }
    Bits.LONG.set(out, to, (long) Bits.LONG.get(from, at));
    Bits.LONG.set(out, to + WORD, (long) Bits.LONG.get(from, at + WORD));
  }

  /** What lies so many bytes before, which may be fewer than are copied: then it repeats. */
  static void match(byte[] out, int to, int offset, int length) {
    int from = to - offset;
    if (offset >= WORD && length <= SHORT) {
      Bits.LONG.set(out, to, (long) Bits.LONG.get(out, from));
      Bits.LONG.set(out, to + WORD, (long) Bits.LONG.get(out, from + WORD));
    } else if (offset >= length) {
      System.arraycopy(out, from, out, to, length);
    } else {
      repeat(out, to, offset, length);
    }
  }

  private static void repeat(byte[] out, int to, int offset, int length) {
    int end = to + length;
    int far = offset;
    if (offset < WORD) {
      // The first bytes one by one, until a multiple of the offset lies a word before.
      far = offset * ((WORD - 1) / offset + 1);
      int first = Math.min(end, to + far - offset);
      while (to < first) {
        out[to] = out[to - offset];
        to++;
      }
    }
    for (; to < end; to += WORD) Bits.LONG.set(out, to, (long) Bits.LONG.get(out, to - far));
  }
}
