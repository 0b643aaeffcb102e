package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;
import java.util.Arrays;

/** Blocks of one frame after another (RFC 8878 section 3.1.1.2), written into a window. */
final class Block {
  static final int MAX_BYTES = 1 << 17;

  private static final int RAW = 0;
  private static final int RUN = 1;
  private static final int COMPRESSED = 2;

  private final Literals literals = new Literals();
  private final Sequences sequences = new Sequences();

  void reset() {
    literals.reset();
    sequences.reset();
  }

  /** How many bytes of a block are stored. */
  static int stored(int type, int size) {
    return type == RUN ? 1 : size;
  }

  /** {@code size} is what the head says; the bytes have slack on both sides. */
  void write(byte[] in, int from, int type, int size, Window window) throws Malformed {
    int maxBytes = Math.min(MAX_BYTES, window.size);
    if (size > maxBytes)
      throw new Malformed("a block of " + size + " bytes, more than " + maxBytes);
    window.room(maxBytes);
    switch (type) {
      case RAW -> {
        System.arraycopy(in, from, window.bytes, window.end, size);
        window.end += size;
      }
      case RUN -> {
        Arrays.fill(window.bytes, window.end, window.end + size, in[from]);
        window.end += size;
      }
      case COMPRESSED -> {
        if (size == 0) throw new Malformed("a block of nothing");
        int at = literals.read(in, from, from + size, maxBytes);
        window.end = sequences.run(in, at, from + size, literals, window, maxBytes);
      }
      default -> throw new Malformed("a block of no type");
    }
  }
}
