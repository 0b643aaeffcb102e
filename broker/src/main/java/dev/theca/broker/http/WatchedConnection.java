package dev.theca.broker.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection from its first byte to its last: HTTP/1.1, HTTP/2, or told that we are full. */
final class WatchedConnection implements ServerConnection {
  // RFC 9113 section 3.4
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  // An empty SETTINGS, then GOAWAY with last stream 0 and ENHANCE_YOUR_CALM (RFC 9113 section 7)
  private static final byte[] CALM = {
    0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11
  };

  private final WatchedContext context;
  private final Watch watch;
  private final boolean full;
  private final ServerConnectionSelector http1;
  private final ServerConnectionSelector http2;
  private final Runnable ends;
  private volatile @Nullable ServerConnection inner;
  private volatile boolean closing;
  private volatile @Nullable Thread waiting;

  WatchedConnection(
      WatchedContext context,
      Watch watch,
      boolean full,
      ServerConnectionSelector http1,
      ServerConnectionSelector http2,
      Runnable ends) {
    this.context = context;
    this.watch = watch;
    this.full = full;
    this.http1 = http1;
    this.http2 = http2;
    this.ends = ends;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    try {
      if (full) {
        refuse();
      } else {
        waiting = Thread.currentThread();
        var connection = select();
        waiting = null;
        inner = connection;
        if (!closing) connection.handle(limit);
      }
      linger();
    } catch (Unread e) {
      linger();
      throw e;
    } catch (DataReader.InsufficientDataAvailableException e) {
      return; // the client left
    } finally {
      waiting = null;
      ends.run();
      watch.close();
    }
  }

  private void linger() {
    if (!watch.isCut() && !Thread.currentThread().isInterrupted()) context.linger();
  }

  private ServerConnection select() {
    boolean isHttp2 =
        context.serverSocket().protocolNegotiated()
            ? context.serverSocket().protocol().equals("h2")
            : context.dataReader().startsWith(PREFACE);
    if (!isHttp2) return http1.connection(context);
    var reader = context.dataReader();
    int begun = reader.available();
    context.followFrames(begun == 0 ? new byte[0] : peek(reader, begun));
    return http2.connection(context);
  }

  private static byte[] peek(DataReader reader, int length) {
    byte[] bytes = new byte[length];
    reader.getBuffer(length).read(bytes, 0, length);
    return bytes;
  }

  private void refuse() {
    watch.arm(Duration.ofSeconds(1).toNanos());
    boolean isHttp2 =
        context.serverSocket().protocolNegotiated()
            && context.serverSocket().protocol().equals("h2");
    context.dataWriter().writeNow(BufferData.create(isHttp2 ? CALM : busy()));
  }

  private static byte[] busy() {
    var answer = Problems.busy();
    var head = new StringBuilder("HTTP/1.1 503 Service Unavailable\r\n");
    answer.headers().forEach((name, value) -> line(head, name, value));
    line(head, "Content-Type", answer.contentType());
    line(head, "Content-Length", Integer.toString(answer.body().length));
    line(head, "Connection", "close");
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    byte[] all = java.util.Arrays.copyOf(start, start.length + answer.body().length);
    System.arraycopy(answer.body(), 0, all, start.length, answer.body().length);
    return all;
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append(name.toLowerCase(Locale.ROOT)).append(": ").append(value).append("\r\n");
  }

  @Override
  public Duration idleTime() {
    return Duration.ZERO; // the watch ends idle connections
  }

  @Override
  public void close(boolean interrupt) {
    closing = true;
    var connection = inner;
    var thread = waiting;
    if (connection != null) connection.close(interrupt);
    else if (thread != null) thread.interrupt();
  }
}
