package dev.theca.sealfs.disk;

import java.util.Arrays;

/** Which slots are taken at one moment, to be written down (FORMAT.md, kind 7). */
public final class SlotPicture {
  private long[] taken;
  private long end;

  SlotPicture(long[] taken, long end) {
    this.taken = taken;
    this.end = end;
  }

  public void clear(long slot, int count) {
    for (long at = slot; at < slot + count && at < end; at++)
      taken[(int) (at >>> 6)] &= ~(1L << (at & 63));
  }

  void set(long slot, int count) {
    if (slot + count > end) end = slot + count;
    int words = (int) ((end + 63) >>> 6);
    if (words > taken.length) taken = Arrays.copyOf(taken, words + 64);
    for (long at = slot; at < slot + count; at++) taken[(int) (at >>> 6)] |= 1L << (at & 63);
  }

  long end() {
    return end;
  }

  long used() {
    long used = 0;
    for (int i = 0; i < (end + 63) >>> 6; i++) used += Long.bitCount(taken[i]);
    return used;
  }

  /** Chunks that all slots up to the end need. */
  int chunks() {
    return (int) ((end + Slots.PER_CHUNK - 1) / Slots.PER_CHUNK);
  }

  /** The bits of one chunk, a byte for eight slots, lowest bit first. */
  byte[] bits(int chunk) {
    long first = (long) chunk * Slots.PER_CHUNK;
    int bytes = (int) ((Math.min(Slots.PER_CHUNK, end - first) + 7) / 8);
    byte[] out = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      long slot = first + i * 8L;
      out[i] = (byte) (taken[(int) (slot >>> 6)] >>> (slot & 63));
    }
    return out;
  }
}
