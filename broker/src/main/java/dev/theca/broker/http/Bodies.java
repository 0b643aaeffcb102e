package dev.theca.broker.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/** Reads bodies whole: each within its limit and its deadline, all large ones within one bound. */
final class Bodies {
  /** What came of it. */
  sealed interface Read extends AutoCloseable {
    @Override
    default void close() {}

    /** The body; closing it gives its share of the bound back. */
    record Whole(byte[] bytes, int shares, Semaphore bound) implements Read {
      @Override
      public void close() {
        bound.release(shares);
      }
    }

    /** There is an answer already. */
    record Refused(Answer answer) implements Read {}
  }

  private static final int SHARE_BYTES = 1 << 10;

  private final int most;
  private final Duration limit;
  private final Semaphore bound;
  private final Watches watches;

  Bodies(Bounds bounds, Duration limit, Watches watches) {
    this.most = bounds.bodyBytes();
    this.limit = limit;
    this.bound = new Semaphore((int) (bounds.largeBodiesBytes() / SHARE_BYTES));
    this.watches = watches;
  }

  /** Throws {@link TooSlow} when the client is. */
  Read read(ServerRequest request, long contentLength) {
    if (contentLength > most) return new Read.Refused(Problems.tooLarge(most));
    try (var watch = watches.watch(limit)) {
      try {
        var read = fill(request.content().inputStream(), contentLength);
        watch.lift();
        // The server's HTTP/2 takes an interrupted wait for the end of the body: half a body must
        // not pass for a whole one.
        if (watch.isCut()) {
          read.close();
          throw new InterruptedIOException("the deadline passed");
        }
        if (read instanceof Read.Whole whole
            && contentLength >= 0
            && whole.bytes().length != contentLength) {
          read.close();
          return new Read.Refused(Problems.of(400, "the body is not as long as its header says"));
        }
        return read;
      } catch (IOException | RuntimeException e) {
        if (watch.isCut()) {
          // HTTP/2: the connection outlives the stream, and a write under interrupt would close it.
          var unused = Thread.interrupted();
          throw new TooSlow(e);
        }
        return refused(e);
      }
    }
  }

  private Read refused(Exception fault) {
    boolean gone = false;
    for (Throwable at = fault; at != null; at = at.getCause()) {
      if (at instanceof RequestException e && e.status().code() == 413)
        return new Read.Refused(Problems.tooLarge(most));
      gone |=
          at instanceof IOException || at instanceof DataReader.InsufficientDataAvailableException;
    }
    if (gone) throw new ClientGone(fault);
    return new Read.Refused(Problems.of(400, "the body is not framed as HTTP"));
  }

  private Read fill(InputStream in, long contentLength) throws IOException {
    int start = (int) Math.min(Bounds.SMALL_BODY_BYTES, contentLength < 0 ? 4096 : contentLength);
    byte[] buffer = new byte[start];
    int filled = 0;
    int shares = 0;
    boolean handedOver = false;
    try {
      while (true) {
        if (filled == buffer.length) {
          int next = in.read();
          if (next < 0) break;
          if (filled == most) return new Read.Refused(Problems.tooLarge(most));
          int larger = Math.min(most, Math.max(4096, buffer.length * 2));
          int wanted = larger <= Bounds.SMALL_BODY_BYTES ? 0 : larger / SHARE_BYTES;
          if (wanted > shares && !bound.tryAcquire(wanted - shares))
            return new Read.Refused(Problems.busy());
          shares = Math.max(shares, wanted);
          buffer = Arrays.copyOf(buffer, larger);
          buffer[filled++] = (byte) next;
        }
        if (filled < buffer.length) {
          int read = in.read(buffer, filled, buffer.length - filled);
          if (read < 0) break;
          filled += read;
        }
      }
      handedOver = true;
      byte[] exact = filled == buffer.length ? buffer : Arrays.copyOf(buffer, filled);
      return new Read.Whole(exact, shares, bound);
    } finally {
      if (!handedOver) bound.release(shares);
    }
  }

  /** The deadline passed. */
  static final class TooSlow extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooSlow(Throwable cause) {
      super(cause);
    }
  }

  /** The client left in the middle. */
  static final class ClientGone extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClientGone(Throwable cause) {
      super(cause);
    }
  }
}
