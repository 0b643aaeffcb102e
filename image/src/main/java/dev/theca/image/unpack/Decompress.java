package dev.theca.image.unpack;

import dev.theca.image.spi.ZstdDecoder;
import dev.theca.image.tar.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** The second stage: makes a blob the archive that it holds, and watches how far it swells. */
final class Decompress implements Callable<Boolean> {
  private final InputStream compressed;
  private final Compression compression;
  private final ZstdDecoder zstd;
  private final LongSupplier compressedBytes;
  private final Limits limits;
  private final Budget budget;
  private final Pool pool;
  private final Line line;

  Decompress(
      InputStream compressed,
      LongSupplier compressedBytes,
      Compression compression,
      ZstdDecoder zstd,
      Limits limits,
      Budget budget,
      Pool pool,
      Line line) {
    this.compressed = compressed;
    this.compressedBytes = compressedBytes;
    this.compression = compression;
    this.zstd = zstd;
    this.limits = limits;
    this.budget = budget;
    this.pool = pool;
    this.line = line;
  }

  @Override
  public Boolean call() {
    try (InputStream plain = decoder()) {
      move(plain);
      line.end();
    } catch (Malformed | InterruptedIOException | InterruptedException e) {
      line.fail(e);
    } catch (IOException | RuntimeException e) {
      // Decoders complain in many ways. A fault of the fetch comes through here too; it is told by
      // the fetch itself, which is asked first.
      line.fail(
          compression == Compression.NONE
              ? e
              : new Malformed(
                  "not "
                      + compression.name().toLowerCase(java.util.Locale.ROOT)
                      + ": "
                      + e.getMessage()));
    } catch (Error e) {
      line.fail(e);
    }
    return true;
  }

  private InputStream decoder() throws IOException {
    return switch (compression) {
      case NONE -> compressed;
      case GZIP -> new GzipInput(compressed);
      case ZSTD ->
          zstd.decode(
              new ZstdFrames(compressed, Math.min(limits.windowBytes(), zstd.maxWindowBytes())));
    };
  }

  private void move(InputStream plain) throws IOException, InterruptedException {
    long total = 0;
    for (Piece piece; (piece = pool.take()) != null; ) {
      piece.length = plain.readNBytes(piece.bytes, 0, piece.bytes.length);
      if (piece.length == 0) return;
      total += piece.length;
      budget.plain(piece.length);
      if (total > limits.ratioFloorBytes()
          && total / limits.ratio() > Math.max(1, compressedBytes.getAsLong()))
        throw new Malformed.Exceeded("more than " + limits.ratio() + " times its compressed size");
      line.put(piece);
    }
  }
}
