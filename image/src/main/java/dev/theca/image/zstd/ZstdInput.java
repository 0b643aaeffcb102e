package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses zstd (RFC 8878) in Java that cannot read or write beside its arrays, whatever comes.
 * Knows no dictionaries and no skippable frames, and verifies content sizes and checksums. Written
 * to be compiled soon: few methods, plain loops. A byte is given only when its block was good.
 */
public final class ZstdInput extends InputStream {
  private static final int MAGIC = 0xFD2FB528;
  private static final int FROM = Bits.SLACK;

  private final InputStream frames;
  private final int maxWindowBytes;
  private final Block block = new Block();
  private final Window window = new Window();
  private byte[] in = new byte[1 << 12];
  private @Nullable Xxh64 checksum;
  private long contentBytes;
  private long writtenBytes;
  private boolean inFrame;

  /** Refuses windows that are larger. */
  public ZstdInput(InputStream frames, int maxWindowBytes) {
    this.frames = frames;
    this.maxWindowBytes = maxWindowBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, into.length);
    if (length == 0) return 0;
    while (window.given == window.end) if (!(inFrame ? block() : frame())) return -1;
    int n = Math.min(length, window.end - window.given);
    System.arraycopy(window.bytes, window.given, into, from, n);
    window.given += n;
    return n;
  }

  @Override
  public void close() throws IOException {
    frames.close();
  }

  /** Reads a frame's header; false behind the last one. */
  private boolean frame() throws IOException {
    int n = frames.readNBytes(in, FROM, 4);
    if (n == 0) return false;
    if (n < 4) throw cutOff();
    if ((int) Bits.INT.get(in, FROM) != MAGIC) throw new Malformed("other bytes than a frame");
    fill(1);
    int descriptor = in[FROM];
    if ((descriptor & 8) != 0) throw new Malformed("a frame of an unknown kind");
    boolean single = (descriptor & 0x20) != 0;
    int sizeLog = descriptor >> 6 & 3;
    int sizeBytes = sizeLog == 0 ? single ? 1 : 0 : 1 << sizeLog;
    long windowBytes = single ? 0 : window();
    int dictionaryBytes = 1 << (descriptor & 3) >> 1;
    if (number(dictionaryBytes) != 0) throw new Malformed("a frame that needs a dictionary");
    contentBytes = sizeBytes == 0 ? -1 : number(sizeBytes) + (sizeBytes == 2 ? 256 : 0);
    if (single) windowBytes = contentBytes;
    if (windowBytes < 0 || windowBytes > maxWindowBytes)
      throw new Malformed.Exceeded(
          "a window of " + windowBytes + " bytes, more than " + maxWindowBytes);
    checksum = (descriptor & 4) != 0 ? new Xxh64() : null;
    window.reset((int) windowBytes);
    block.reset();
    writtenBytes = 0;
    return inFrame = true;
  }

  private long window() throws IOException {
    int descriptor = (int) number(1);
    long base = 1L << 10 + (descriptor >> 3);
    return base + base / 8 * (descriptor & 7);
  }

  private boolean block() throws IOException {
    int head = (int) number(3);
    int type = head >> 1 & 3;
    int size = head >> 3;
    if (size > Block.MAX_BYTES) throw new Malformed("a block of " + size + " bytes");
    fill(Block.stored(type, size));
    block.write(in, FROM, type, size, window);
    writtenBytes += window.end - window.given;
    if (checksum != null) checksum.update(window.bytes, window.given, window.end);
    if (contentBytes >= 0 && writtenBytes > contentBytes) throw otherSize();
    if ((head & 1) != 0) end();
    return true;
  }

  private void end() throws IOException {
    if (contentBytes >= 0 && writtenBytes != contentBytes) throw otherSize();
    if (checksum != null && number(4) != (checksum.hash() & 0xFFFFFFFFL))
      throw new Malformed("a frame with a wrong checksum");
    inFrame = false;
  }

  private long number(int bytes) throws IOException {
    fill(bytes);
    long value = (long) Bits.LONG.get(in, FROM);
    return bytes == 8 ? value : value & (1L << 8 * bytes) - 1;
  }

  private void fill(int bytes) throws IOException {
    int need = FROM + bytes + Bits.SLACK;
    if (in.length < need) in = new byte[FROM + Block.MAX_BYTES + Bits.SLACK];
    if (frames.readNBytes(in, FROM, bytes) < bytes) throw cutOff();
  }

  private static Malformed otherSize() {
    return new Malformed("a frame of another size than it says");
  }

  private static Malformed cutOff() {
    return new Malformed("zstd that is cut off");
  }
}
