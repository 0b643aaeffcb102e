package dev.theca.image.zstd;

import java.util.Arrays;

/**
 * The last bytes that were written, which later ones may repeat. It grows with what comes, not with
 * what a frame says that will come.
 */
final class Window {
  private static final int FIRST_BYTES = 4 * Block.MAX_BYTES;

  byte[] bytes = new byte[0];

  /** How far back an offset reaches. */
  int size;

  /** Where what was given away ends, and where all ends. */
  int given;

  int end;

  /** Begins a frame; everything was given away. */
  void reset(int size) {
    this.size = size;
    given = end = 0;
  }

  /** Makes room for one more block; everything was given away. */
  void room(int blockBytes) {
    int need = end + blockBytes + Bits.SLACK;
    if (need <= bytes.length) return;
    int most = 2 * size + 2 * Block.MAX_BYTES + Bits.SLACK;
    if (bytes.length < most) {
      int more = Math.max(FIRST_BYTES, Math.max(2 * bytes.length, need));
      // Not almost as much as there is first: both are there while one is copied.
      bytes = Arrays.copyOf(bytes, more > most / 2 ? most : more);
      if (need <= bytes.length) return;
    }
    int keep = Math.min(size, end);
    System.arraycopy(bytes, end - keep, bytes, 0, keep);
    given = end = keep;
  }
}
