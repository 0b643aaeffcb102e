package dev.theca.image.unpack;

import dev.theca.image.spi.ZstdDecoder;
import dev.theca.image.tar.Malformed;
import dev.theca.image.tar.TarReader;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/**
 * Unpacks one archive that its owner brought himself: plain tar, gzip or zstd, told by its first
 * bytes. Paths stay inside the tree and {@link Limits} hold as for layers; nobody vouches for the
 * bytes, so there is no digest to hold them against.
 */
public final class Archive {
  private static final int MAGIC = 4;

  private Archive() {}

  /** Reads the archive to its end; the sink holds half a tree when it is refused. */
  public static Outcome<Unpacked> unpack(
      InputStream in, ZstdDecoder zstd, TreeSink sink, Limits limits) throws IOException {
    var budget = new Budget(limits.totalBytes());
    var applier = new Applier(sink, limits);
    var feed = new Feed(0, applier, sink, new Turns(), limits, budget);
    try {
      feed.read(new TarReader(new Counted(plain(in, zstd, limits), budget), limits.tar()));
      feed.finish();
    } catch (Malformed e) {
      return Outcome.refused(
          Code.of(e instanceof Malformed.Exceeded ? "image-limit" : "image-layer"),
          "the archive",
          e instanceof Malformed.Exceeded ? "within the limits for images" : "a tar archive",
          e.getMessage() + "",
          "make the archive again, with another tar");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("unpacking was interrupted", e);
    }
    return Outcome.granted(budget.sum(1, applier.entries()));
  }

  private static InputStream plain(InputStream in, ZstdDecoder zstd, Limits limits)
      throws IOException {
    var peeked = new PushbackInputStream(in, MAGIC);
    byte[] magic = peeked.readNBytes(MAGIC);
    peeked.unread(magic);
    if (magic.length < MAGIC) return peeked;
    if ((magic[0] & 0xFF) == 0x1F && (magic[1] & 0xFF) == 0x8B) return new GzipInput(peeked);
    boolean frames =
        (magic[0] & 0xFF) == 0x28
            && (magic[1] & 0xFF) == 0xB5
            && magic[2] == 0x2F
            && (magic[3] & 0xFF) == 0xFD;
    if (!frames) return peeked;
    return zstd.decode(
        new ZstdFrames(peeked, Math.min(limits.windowBytes(), zstd.maxWindowBytes())));
  }

  /** Holds the plain bytes against the limit as they come. */
  private static final class Counted extends FilterInputStream {
    private final Budget budget;

    Counted(InputStream in, Budget budget) {
      super(in);
      this.budget = budget;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) budget.plain(1);
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = super.read(into, from, length);
      if (n > 0) budget.plain(n);
      return n;
    }

    /** Reading keeps count. */
    @Override
    public long skip(long bytes) throws IOException {
      byte[] some = new byte[(int) Math.min(bytes, 1 << 16)];
      return Math.max(0, read(some, 0, some.length));
    }
  }
}
