package dev.theca.image.unpack;

import dev.theca.image.ImageException;
import dev.theca.image.Progress;
import dev.theca.image.crypt.LayerOpener.OpenLayer;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The first stage: brings a blob, hashes it, decrypts it. It goes on to the end of the blob even
 * when the next stage wants no more, because only the whole blob tells whether the place that it
 * came from lied.
 */
final class Fetch implements Callable<Fetch.Fetched> {
  /** What the blob was; {@code authentic} is the word of who decrypted it. */
  record Fetched(long bytes, Digest digest, Outcome<Boolean> authentic) {}

  private final Layer layer;
  private final OpenLayer cipher;
  private final Pool pool;
  private final Line line;
  private final Progress progress;
  private final AtomicLong bytes = new AtomicLong();
  private final Object streamLock = new Object();
  private @Nullable InputStream stream;
  private boolean stopped;

  Fetch(Layer layer, OpenLayer cipher, Pool pool, Line line, Progress progress) {
    this.layer = layer;
    this.cipher = cipher;
    this.pool = pool;
    this.line = line;
    this.progress = progress;
  }

  /** How many bytes came so far. */
  long bytes() {
    return bytes.get();
  }

  @Override
  public Fetched call() throws InterruptedException {
    try (InputStream in = opened()) {
      var fetched = moved(in);
      line.end();
      return fetched;
    } catch (InterruptedException e) {
      line.fail(e);
      throw e;
    } catch (IOException e) {
      line.fail(e);
      throw new ImageException(
          "reading layer " + layer.descriptor().digest() + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      line.fail(e);
      throw e;
    }
  }

  private Fetched moved(InputStream in) throws IOException, InterruptedException {
    var descriptor = layer.descriptor();
    var hash = Digest.hasher(descriptor.digest().algorithm());
    boolean wanted = true;
    Piece piece = null;
    while (bytes.get() <= descriptor.size()) {
      if (wanted) {
        Piece free = pool.take();
        wanted = free != null;
        if (free != null) piece = free;
      }
      if (piece == null) piece = new Piece(1 << 16);
      piece.length = in.readNBytes(piece.bytes, 0, piece.bytes.length);
      if (piece.length == 0) break;
      hash.update(piece.bytes, 0, piece.length);
      cipher.update(piece.bytes, 0, piece.length);
      progress.blob(descriptor, Progress.Step.MOVED, bytes.addAndGet(piece.length));
      if (wanted) {
        line.put(piece);
        piece = null;
      }
      if (Thread.interrupted()) throw new InterruptedException();
    }
    return new Fetched(
        bytes.get(), Digest.finish(descriptor.digest().algorithm(), hash), cipher.finish());
  }

  private InputStream opened() throws IOException, InterruptedException {
    InputStream in = layer.blob().from(0);
    synchronized (streamLock) {
      stream = in;
      if (!stopped) return in;
    }
    in.close();
    throw new InterruptedException();
  }

  /** Ends a read that hears no interrupt. */
  void abort() {
    InputStream open;
    synchronized (streamLock) {
      stopped = true;
      open = stream;
    }
    if (open == null) return;
    try {
      open.close();
    } catch (IOException e) {
      // nothing is read from it any more
    }
  }
}
