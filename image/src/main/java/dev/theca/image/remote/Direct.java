package dev.theca.image.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.theca.image.work.Stage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks servers that need no proxy, over connections of its own (RFC 9112): the JDK's client moves
 * all bytes of all connections through one thread, and took five times as long for a layer as the
 * connection itself. Every phase has its limit. A connection that is kept is tried before it is
 * used again.
 */
final class Direct implements AutoCloseable {
  private static final Duration KEPT = Duration.ofSeconds(20);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);
  private static final int WATCHED_BYTES = 64 << 10;

  private final Timeouts limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Deque<Wire>> idle = new HashMap<>();
  private final Set<Wire> open = new HashSet<>();
  private boolean closed;

  Direct(Timeouts limits) {
    this.limits = limits;
  }

  /**
   * Sends a request; its answer's body is still to be read.
   *
   * @param name of the connections that may be used: those with the same end and the same keys
   */
  Answer send(String name, Optional<SSLContext> tls, Call call, URI uri, Map<String, String> fields)
      throws IOException {
    byte[] head = head(call, uri, fields);
    var kept = kept(name);
    if (kept != null) {
      try {
        return exchanged(kept, name, head, call, uri);
      } catch (Unanswered e) {
        if (!call.reads()) throw e; // it may have been done, and only its sender knows how to ask
      }
    }
    return exchanged(opened(uri, tls), name, head, call, uri);
  }

  private Answer exchanged(Wire wire, String name, byte[] request, Call call, URI uri)
      throws IOException {
    try {
      var fault = written(wire, request, call.body());
      var head = answered(wire, call.method(), fault);
      boolean whole = fault.isEmpty();
      var body = new WireBody(wire, head, limits, again -> done(wire, whole && again ? name : ""));
      return new Answer(head.status(), head.fields(), uri, body);
    } catch (SocketTimeoutException e) {
      done(wire, "");
      throw new HttpTimeoutException(
          uri.getAuthority() + " gave no answer within " + limits.answer());
    } catch (IOException | RuntimeException e) {
      done(wire, "");
      if (!Thread.currentThread().isInterrupted() || e instanceof InterruptedIOException) throw e;
      var interrupted =
          new InterruptedIOException("interrupted while asking " + uri.getAuthority());
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  private static byte[] head(Call call, URI uri, Map<String, String> fields) throws IOException {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String host = uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    var text = new StringBuilder(512).append(call.method()).append(' ').append(path).append(query);
    text.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    for (var field : fields.entrySet()) {
      if (!field.getValue().matches("[\\t -~]*"))
        throw new IOException("field " + field.getKey() + " of a request is no plain text");
      text.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
    }
    if (call.body().size() > 0 || !call.reads())
      text.append("Content-Length: ").append(call.body().size()).append("\r\n");
    return text.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  /** What kept it from going out; a server may say no in the middle, and its words are worth it. */
  private Optional<IOException> written(Wire wire, byte[] head, Payload body) throws IOException {
    var watch = body.size() < WATCHED_BYTES ? Optional.<Stage<Boolean>>empty() : watching(wire);
    try {
      wire.write(head);
      for (byte[] segment : body.segments()) wire.write(segment);
      return Optional.empty();
    } catch (IOException e) {
      if (body.size() == 0 || Thread.currentThread().isInterrupted()) throw new Unanswered(e);
      return Optional.of(e);
    } finally {
      watch.ifPresent(Stage::stop);
      watch.ifPresent(Stage::join);
    }
  }

  /** Ends the connection when nothing of a body went out for the idle limit. */
  private Optional<Stage<Boolean>> watching(Wire wire) {
    return Optional.of(
        Stage.start(
            "upload-watch",
            () -> {
              for (long seen = -1; seen != wire.written(); ) {
                seen = wire.written();
                Thread.sleep(limits.idle());
              }
              wire.close();
              return true;
            },
            () -> {}));
  }

  private Head answered(Wire wire, String method, Optional<IOException> fault) throws IOException {
    var limit = fault.isEmpty() ? limits.answer() : LAST_WORDS;
    long deadline = System.nanoTime() + limit.toNanos();
    byte[] one = new byte[1];
    boolean[] any = new boolean[1];
    try {
      while (true) {
        var head =
            Head.read(
                () -> {
                  int n = wire.read(one, 0, 1, deadline - System.nanoTime());
                  any[0] |= n > 0;
                  return n < 0 ? -1 : one[0] & 0xFF;
                },
                method);
        if (head.status() / 100 != 1) return head;
      }
    } catch (IOException e) {
      if (fault.isPresent()) throw new Unanswered(fault.get());
      if (e instanceof SocketTimeoutException || any[0] || Thread.currentThread().isInterrupted())
        throw e;
      throw new Unanswered(e);
    }
  }

  private Wire opened(URI uri, Optional<SSLContext> tls) throws IOException {
    var wire = Wire.open(uri, tls, limits);
    lock.lock();
    try {
      if (!closed && open.add(wire)) return wire;
    } finally {
      lock.unlock();
    }
    wire.close();
    throw new IOException("the registry client is closed");
  }

  private @Nullable Wire kept(String name) {
    while (true) {
      Wire wire;
      lock.lock();
      try {
        var all = idle.get(name);
        if (all == null || all.isEmpty()) return null;
        wire = all.removeLast();
      } finally {
        lock.unlock();
      }
      if (wire.isFresh(KEPT)) return wire;
      done(wire, "");
    }
  }

  /** Keeps a connection under its name; ends it when there is none. */
  private void done(Wire wire, String name) {
    lock.lock();
    try {
      if (!name.isEmpty() && !closed) {
        wire.keep();
        idle.computeIfAbsent(name, n -> new ArrayDeque<>()).addLast(wire);
        return;
      }
      open.remove(wire);
    } finally {
      lock.unlock();
    }
    wire.close();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      idle.clear();
      open.forEach(Wire::close);
      open.clear();
    } finally {
      lock.unlock();
    }
  }

  /** The connection ended before a byte of an answer. */
  private static final class Unanswered extends IOException {
    private static final long serialVersionUID = 1L;

    Unanswered(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
