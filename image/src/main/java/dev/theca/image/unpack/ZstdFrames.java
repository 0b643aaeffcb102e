package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import java.io.IOException;
import java.io.InputStream;

/**
 * The frames of a zstd stream without the skippable ones (RFC 8878 section 3.1), which decoders
 * treat differently and zstd:chunked puts its index into. Judges each frame's window before a
 * decoder makes room for it. Bytes that begin no frame are refused.
 */
final class ZstdFrames extends InputStream {
  private static final int MAGIC = 0xFD2FB528;
  private static final int SKIPPABLE = 0x184D2A50;
  private static final int SKIPPABLE_MASK = 0xFFFFFFF0;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};

  private final InputStream in;
  private final int maxWindowBytes;
  private final byte[] head = new byte[4 + 14];
  private int headAt;
  private int headEnd;
  private long blockLeft;
  private boolean inFrame;
  private boolean lastBlock;
  private boolean checksum;
  private boolean frames;

  ZstdFrames(InputStream in, int maxWindowBytes) {
    this.in = in;
    this.maxWindowBytes = maxWindowBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) return 0;
    while (headAt == headEnd && blockLeft == 0) if (!advance()) return -1;
    if (headAt < headEnd) {
      int n = Math.min(length, headEnd - headAt);
      System.arraycopy(head, headAt, into, from, n);
      headAt += n;
      return n;
    }
    int n = in.read(into, from, (int) Math.min(length, blockLeft));
    if (n < 0) throw cutOff();
    blockLeft -= n;
    return n;
  }

  /** Brings the next head: of a frame, of a block, or a frame's checksum. False at the end. */
  private boolean advance() throws IOException {
    headAt = headEnd = 0;
    if (!inFrame) return frame();
    if (!lastBlock) {
      block();
    } else {
      if (checksum) more(4);
      inFrame = false;
    }
    return true;
  }

  private boolean frame() throws IOException {
    while (true) {
      int n = in.readNBytes(head, 0, 4);
      if (n == 0) {
        if (!frames) throw new Malformed("not zstd: nothing");
        return false;
      }
      if (n < 4) throw cutOff();
      int magic = (int) number(0, 4);
      if (magic == MAGIC) break;
      if ((magic & SKIPPABLE_MASK) != SKIPPABLE)
        throw new Malformed(frames ? "other bytes behind zstd" : "not zstd");
      frames = true;
      if (in.readNBytes(head, 0, 4) < 4) throw cutOff();
      try {
        in.skipNBytes(number(0, 4));
      } catch (java.io.EOFException e) {
        throw cutOff();
      }
    }
    headEnd = 4;
    more(1);
    int descriptor = head[4] & 0xFF;
    boolean single = (descriptor & 0x20) != 0;
    checksum = (descriptor & 4) != 0;
    int sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6];
    if (single && sizeBytes == 0) sizeBytes = 1;
    more((single ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3] + sizeBytes);
    long window = single ? contentSize(sizeBytes) : window(head[5] & 0xFF);
    if (window < 0 || window > maxWindowBytes)
      throw new Malformed.Exceeded(
          "zstd with a window of " + window + " bytes, more than " + maxWindowBytes);
    inFrame = frames = true;
    lastBlock = false;
    return true;
  }

  private long contentSize(int bytes) {
    return number(headEnd - bytes, bytes) + (bytes == 2 ? 256 : 0);
  }

  /** RFC 8878 section 3.1.1.1.2. */
  private static long window(int descriptor) {
    long base = 1L << 10 + (descriptor >> 3);
    return base + base / 8 * (descriptor & 7);
  }

  private void block() throws IOException {
    more(3);
    int block = (int) number(0, 3);
    lastBlock = (block & 1) != 0;
    int type = block >> 1 & 3;
    if (type == 3) throw new Malformed("not zstd: a block of no type");
    blockLeft = type == 1 ? 1 : block >> 3; // a run is one byte
    if (block >> 3 > 1 << 17)
      throw new Malformed("not zstd: a block of " + (block >> 3) + " bytes");
  }

  private void more(int bytes) throws IOException {
    if (in.readNBytes(head, headEnd, bytes) < bytes) throw cutOff();
    headEnd += bytes;
  }

  private long number(int from, int bytes) {
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) value = value << 8 | head[from + i] & 0xFF;
    return value;
  }

  private static Malformed cutOff() {
    return new Malformed("zstd that is cut off");
  }
}
