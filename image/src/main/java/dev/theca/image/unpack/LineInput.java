package dev.theca.image.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/** A line as a stream; buffers that were read go back to their pool. */
final class LineInput extends InputStream {
  private final Line line;
  private final Pool pool;
  private @Nullable Piece current;
  private int at;

  LineInput(Line line, Pool pool) {
    this.line = line;
    this.pool = pool;
  }

  @Override
  public int read() throws IOException {
    Piece piece = piece();
    return piece == null ? -1 : piece.bytes[at++] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) return 0;
    Piece piece = piece();
    if (piece == null) return -1;
    int n = Math.min(length, piece.length - at);
    System.arraycopy(piece.bytes, at, into, from, n);
    at += n;
    return n;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      Piece piece = piece();
      if (piece == null) break;
      int n = (int) Math.min(left, piece.length - at);
      at += n;
      left -= n;
    }
    return bytes - left;
  }

  private @Nullable Piece piece() throws IOException {
    while (current == null || at == current.length) {
      if (current != null) pool.give(current);
      current = null;
      at = 0;
      try {
        current = line.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("unpacking was stopped");
      }
      if (current == null) return null;
    }
    return current;
  }
}
