package dev.theca.image.zstd;

/** XXH64 with seed 0 (its specification 0.1.1), which frames may end with the low half of. */
final class Xxh64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;
  private static final int STRIPE = 32;

  private final byte[] rest = new byte[STRIPE];
  private int restBytes;
  private long total;
  private long a = 0x60EA27EEADC0B5D6L; // P1 + P2
  private long b = P2;
  private long c;
  private long d = -P1;

  void update(byte[] bytes, int from, int end) {
    total += end - from;
    if (restBytes > 0) {
      int n = Math.min(STRIPE - restBytes, end - from);
      System.arraycopy(bytes, from, rest, restBytes, n);
      restBytes += n;
      from += n;
      if (restBytes < STRIPE) return;
      stripes(rest, 0, STRIPE);
    }
    int whole = from + (end - from & -STRIPE);
    stripes(bytes, from, whole);
    restBytes = end - whole;
    System.arraycopy(bytes, whole, rest, 0, restBytes);
  }

  private void stripes(byte[] bytes, int from, int end) {
    long a = this.a;
    long b = this.b;
    long c = this.c;
    long d = this.d;
    for (int i = from; i < end; i += STRIPE) {
      a = round(a, (long) Bits.LONG.get(bytes, i));
      b = round(b, (long) Bits.LONG.get(bytes, i + 8));
      c = round(c, (long) Bits.LONG.get(bytes, i + 16));
      d = round(d, (long) Bits.LONG.get(bytes, i + 24));
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  long hash() {
    long hash = P5;
    if (total >= STRIPE) {
      hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7);
      hash += Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
      for (long lane : new long[] {a, b, c, d}) hash = (hash ^ round(0, lane)) * P1 + P4;
    }
    hash += total;
    int i = 0;
    for (; i + 8 <= restBytes; i += 8)
      hash = Long.rotateLeft(hash ^ round(0, (long) Bits.LONG.get(rest, i)), 27) * P1 + P4;
    if (i + 4 <= restBytes) {
      long word = Integer.toUnsignedLong((int) Bits.INT.get(rest, i));
      hash = Long.rotateLeft(hash ^ word * P1, 23) * P2 + P3;
      i += 4;
    }
    for (; i < restBytes; i++) hash = Long.rotateLeft(hash ^ (rest[i] & 0xFF) * P5, 11) * P1;
    hash = (hash ^ hash >>> 33) * P2;
    hash = (hash ^ hash >>> 29) * P3;
    return hash ^ hash >>> 32;
  }

  private static long round(long lane, long word) {
    return Long.rotateLeft(lane + word * P2, 31) * P1;
  }
}
