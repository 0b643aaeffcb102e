package dev.theca.image.remote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A body on a connection of ours. Read to its end it gives the connection back, else it ends it.
 */
final class WireBody extends Body {
  /** What becomes of the connection; told once. */
  interface After {
    void done(boolean reusable);
  }

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?");

  private final Wire wire;
  private final Timeouts limits;
  private final After after;
  private final long length;
  private final boolean kept;
  private long left;
  private long deadlineNanos;
  private boolean limited;
  private long waitedNanos;
  private long minuteBytes;
  private boolean ended;
  private volatile boolean closed;

  WireBody(Wire wire, Head head, Timeouts limits, After after) {
    this.wire = wire;
    this.limits = limits;
    this.after = after;
    this.length = head.length();
    this.kept = head.kept();
    this.left = length == Head.TO_THE_END ? Long.MAX_VALUE : Math.max(length, 0);
    if (length == 0) end();
  }

  @Override
  void within(Duration limit) {
    deadlineNanos = System.nanoTime() + limit.toNanos();
    limited = true;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int count) throws IOException {
    if (closed) throw new IOException("the stream was closed");
    if (count == 0) return 0;
    if (!ended && left == 0 && length == Head.CHUNKED) chunk();
    if (ended) return -1;
    int n = waited(into, from, (int) Math.min(count, left));
    if (n < 0) {
      if (length != Head.TO_THE_END) throw broken("it ended " + left + " bytes too early");
      end();
      return -1;
    }
    left -= n;
    if (left == 0 && length == Head.CHUNKED) line(""); // what follows a chunk
    if (left == 0 && length >= 0) end();
    return n;
  }

  /** The size of the next chunk; behind the last one come fields, which nobody wants. */
  private void chunk() throws IOException {
    var lines = new Head.Lines(this::single);
    var size = CHUNK.matcher(lines.next());
    if (!size.matches()) throw broken("a chunk without a size");
    left = Long.parseLong(size.group(1), 16);
    if (left > 0) return;
    while (!lines.next().isEmpty()) continue;
    end();
  }

  private void line(String expected) throws IOException {
    if (!new Head.Lines(this::single).next().equals(expected)) throw broken("a chunk too long");
  }

  private int single() throws IOException {
    byte[] one = new byte[1];
    if (waited(one, 0, 1) < 0) throw broken("it ended between two chunks");
    return one[0] & 0xFF;
  }

  private int waited(byte[] into, int from, int count) throws IOException {
    long start = System.nanoTime();
    long limit = limits.idle().toNanos();
    if (limited) limit = Math.min(limit, deadlineNanos - start);
    int n;
    try {
      n = wire.read(into, from, count, limit);
    } catch (SocketTimeoutException e) {
      throw fail(new HttpTimeoutException("no byte came for " + limits.idle()));
    } catch (InterruptedIOException e) {
      throw fail(e);
    } catch (IOException e) {
      throw broken(String.valueOf(e.getMessage()));
    }
    minuteBytes += Math.max(n, 0);
    waitedNanos += System.nanoTime() - start;
    if (waitedNanos > MINUTE_NANOS) {
      if (minuteBytes < limits.leastBytesPerMinute())
        throw fail(new HttpTimeoutException("only " + minuteBytes + " bytes came in a minute"));
      waitedNanos = 0;
      minuteBytes = 0;
    }
    return n;
  }

  private IOException broken(String why) {
    return fail(new IOException("the body broke off: " + why));
  }

  private IOException fail(IOException fault) {
    close();
    return fault;
  }

  private void end() {
    ended = true;
    after.done(kept);
  }

  @Override
  public void close() {
    if (closed) return;
    closed = true;
    if (!ended) after.done(false);
  }
}
