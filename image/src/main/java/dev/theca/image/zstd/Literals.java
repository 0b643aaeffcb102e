package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;
import java.util.Arrays;

/** The literals section of a block (RFC 8878 section 3.1.1.3.1). */
final class Literals {
  private static final int RAW = 0;
  private static final int RUN = 1;
  private static final int COMPRESSED = 2;

  private final byte[] own = new byte[Block.MAX_BYTES + Bits.SLACK];
  private final Huffman huffman = new Huffman();
  private boolean known;

  /** Where the literals of this block are: raw ones stay where they came. */
  byte[] bytes = own;

  int from;
  int end;

  /** A new frame knows no table. */
  void reset() {
    known = false;
  }

  /** Where the section ends. */
  int read(byte[] in, int at, int limit, int maxBytes) throws Malformed {
    int type = in[at] & 3;
    int format = in[at] >> 2 & 3;
    return type <= RUN
        ? plain(in, at, limit, maxBytes, type, format)
        : coded(in, at, limit, maxBytes, type == COMPRESSED, format);
  }

  private int plain(byte[] in, int at, int limit, int maxBytes, int type, int format)
      throws Malformed {
    int word = (int) Bits.INT.get(in, at) & 0xFFFFFF;
    int headBytes = format == 1 ? 2 : format == 3 ? 3 : 1;
    int size =
        (format == 1 ? word & 0xFFFF : format == 3 ? word : word & 0xFF)
            >>> (format % 2 == 1 ? 4 : 3);
    int content = at + headBytes;
    int end = content + (type == RAW ? size : 1);
    if (size > maxBytes || end > limit) throw tooMany();
    if (type == RAW) return at(in, content, size, end);
    Arrays.fill(own, 0, size, in[content]);
    return at(own, 0, size, end);
  }

  private int coded(byte[] in, int at, int limit, int maxBytes, boolean table, int format)
      throws Malformed {
    int width = format < 2 ? 10 : format == 2 ? 14 : 18;
    long head = (long) Bits.LONG.get(in, at) >>> 4;
    int size = (int) head & (1 << width) - 1;
    int stored = (int) (head >>> width) & (1 << width) - 1;
    int content = at + (4 + 2 * width + 7 >> 3);
    int end = content + stored;
    if (size > maxBytes || end > limit) throw tooMany();
    if (table) content = huffman.read(in, content, end);
    else if (!known) throw new Malformed("literals of a table that never came");
    known = true;
    if (format == 0) HuffmanStreams.one(huffman, in, content, end, own, size);
    else HuffmanStreams.four(huffman, in, content, end, own, size);
    return at(own, 0, size, end);
  }

  private int at(byte[] bytes, int from, int size, int end) {
    this.bytes = bytes;
    this.from = from;
    this.end = from + size;
    return end;
  }

  private static Malformed tooMany() {
    return new Malformed("more literals than a block has");
  }
}
