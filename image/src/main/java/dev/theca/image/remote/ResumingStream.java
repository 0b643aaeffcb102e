package dev.theca.image.remote;

import dev.theca.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The bytes of a blob, taken up again where they broke off; from another place when one does not
 * give them. Gives up when too many tries brought too little, so a server that sends a byte a time
 * does not keep anybody. Never gives more than the descriptor's size.
 */
final class ResumingStream extends InputStream {
  private static final long ENOUGH_BYTES = 1 << 20;

  private final RemoteBlob blob;
  private List<Repository> order;
  private InputStream in = InputStream.nullInputStream();
  private Runnable place = () -> {};
  private long at;
  private long enoughAt;
  private long endedAt = -1;
  private int failures;
  private boolean ranged = true;
  private boolean open;
  private boolean closed;
  private boolean over;

  private ResumingStream(RemoteBlob blob, long offset) {
    this.blob = blob;
    this.order = blob.places().inOrder();
    this.at = offset;
    this.enoughAt = offset + ENOUGH_BYTES;
  }

  static InputStream open(RemoteBlob blob, long offset) throws IOException {
    var stream = new ResumingStream(blob, offset);
    while (!stream.open) stream.reopen();
    return stream;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (closed) throw new IOException("the stream was closed");
    if (length == 0) return 0;
    while (at < blob.size() && !over) {
      try {
        if (!open) reopen();
        if (!open) continue;
        int n = in.read(into, from, (int) Math.min(length, blob.size() - at));
        if (n > 0) {
          at += n;
          if (at >= enoughAt) {
            failures = 0;
            enoughAt = at + ENOUGH_BYTES;
          }
          return n;
        }
        // cut on the way, or all that there is: asked once more, the place says so again
        over = at == endedAt || ++failures >= attempts();
        if (over) break;
        endedAt = at;
        leave();
      } catch (IOException e) {
        failed(e);
      }
    }
    leave();
    return -1;
  }

  private int attempts() {
    return order.getFirst().host().settings().retries().attempts();
  }

  private void reopen() throws IOException {
    leave();
    var first = order.getFirst();
    place = first.host().reading();
    try {
      in = BlobPart.open(first, blob.descriptor(), at, ranged);
      open = true;
    } catch (IOException e) {
      failed(e);
    } catch (ImageException e) {
      leave();
      if (order.size() == 1) throw e;
      order = order.subList(1, order.size()); // this place does not have it, or is gone
      failures = 0;
    }
  }

  private void failed(IOException e) throws IOException {
    leave();
    if (e instanceof BlobPart.WrongRange) ranged = false;
    if (Thread.currentThread().isInterrupted() || ++failures >= attempts())
      throw new IOException(
          "blob " + blob.descriptor().digest() + " broke off at byte " + at + ": " + e.getMessage(),
          e);
    Retries.pause(order.getFirst().host().settings().retries().after(failures));
  }

  /** Gives connection and place back. */
  private void leave() {
    open = false;
    try {
      in.close();
    } catch (IOException e) {
      failures++; // a stream that cannot even be closed counts as one more
    }
    in = InputStream.nullInputStream();
    place.run();
    place = () -> {};
  }

  @Override
  public void close() {
    closed = true;
    leave();
  }
}
