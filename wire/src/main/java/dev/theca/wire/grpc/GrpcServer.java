package dev.theca.wire.grpc;

import dev.theca.wire.rpc.Gate;
import dev.theca.wire.rpc.RpcConnection;
import dev.theca.wire.rpc.RpcListener;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers gRPC calls (one request; one answer or many) over HTTP/2 without TLS. Every call runs on
 * a virtual thread of its own; answers leave in the order they are ready. A handler's {@link
 * GrpcException} is its answer; any other exception becomes {@link RpcStatus#INTERNAL}. Deadlines
 * are left to the callers: a handler is never interrupted.
 *
 * <p>A request has at most 4 MiB; a connection has at most 128 calls and 16 MiB of requests that
 * wait; there are at most 64 connections.
 */
public final class GrpcServer implements AutoCloseable {
  /** Answers one method. */
  @FunctionalInterface
  public interface Handler {
    void answer(byte[] request, Answers answers) throws Exception;
  }

  /** Where a handler's answers go. */
  public interface Answers {
    /** Waits for the caller's window; {@link GrpcException} when the caller wants no more. */
    void send(byte[] message);
  }

  /** A request that has come whole and is not answered; {@code window} is what its stream may. */
  public record Open(int stream, long window, String method, byte[] message) {}

  /**
   * A connection that was left between two frames, for another server to go on with.
   *
   * @param greeted whether the client's preface has come
   * @param settled whether the client has acknowledged our settings
   * @param last the highest stream that the client has used
   * @param window what may be sent to the client
   * @param initialWindow what may be sent on a new stream
   * @param owed data that was taken and not yet granted again
   */
  public record Left(
      RpcConnection connection,
      boolean greeted,
      boolean settled,
      int last,
      long window,
      int initialWindow,
      int owed,
      List<Open> open) {}

  private static final System.Logger LOG = System.getLogger("theca.grpc");
  private static final int MAX_CONNECTIONS = 64;

  private final RpcListener listener;
  private final Map<String, Handler> handlers;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
  private final Gate gate = new Gate();
  private volatile boolean closed;

  private GrpcServer(RpcListener listener, Map<String, Handler> handlers) {
    this.listener = listener;
    this.handlers = Map.copyOf(handlers);
  }

  /**
   * Answers whoever comes to {@code listener}, and goes on with connections that were left.
   *
   * @param handlers by {@code service/method}
   */
  public static GrpcServer over(
      RpcListener listener, Map<String, Handler> handlers, List<Left> left) {
    var server = new GrpcServer(listener, handlers);
    for (Left one : left) {
      var session = new Session(one, server.handlers, server.gate);
      server.begin(session);
      session.startHeld();
    }
    var unused = listener.threads().name("grpc-listener").start(server::accept);
    return server;
  }

  private void accept() {
    try {
      while (true) {
        var peer = listener.accept();
        if (peer.isEmpty()) gate.rest();
        else if (sessions.size() < MAX_CONNECTIONS) begin(new Session(peer.get(), handlers, gate));
        else close(peer.get());
      }
    } catch (IOException e) {
      if (listener.isOpen()) LOG.log(System.Logger.Level.ERROR, "grpc accept failed", e);
    }
  }

  private void begin(Session session) {
    sessions.add(session);
    if (closed) close(session.connection()); // accepted while the server was being closed
    var unused = listener.threads().name("grpc-connection").start(() -> serve(session));
  }

  private void serve(Session session) {
    try {
      session.serve();
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a grpc connection ended: " + e.getMessage());
    }
    sessions.remove(session);
    close(session.connection());
    session.end();
  }

  private static void close(RpcConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a grpc connection: " + e.getMessage());
    }
  }

  /**
   * Stops reading and waits until the calls that have begun are answered; requests that come
   * meanwhile are held. False, and all goes on as before, when that did not come within the limit.
   * For a listener that can pause.
   */
  public boolean rest(Duration limit) throws InterruptedException {
    boolean settled =
        gate.settle(
            listener, sessions::size, () -> sessions.stream().allMatch(Session::quiet), limit);
    if (!settled) sessions.forEach(Session::startHeld);
    return settled;
  }

  /** Reads and answers again after {@link #rest}. */
  public void goOn() {
    gate.goOn(listener);
    sessions.forEach(Session::startHeld);
  }

  /** Gives the connections away as they are, after {@link #rest}; nothing is written here more. */
  public List<Left> leave() {
    return sessions.stream().map(Session::leave).toList();
  }

  /** Ends the connections; calls under way run to their end, and nobody hears of it. */
  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      for (Session session : sessions) {
        session.goAway();
        close(session.connection());
      }
      gate.open();
    }
  }
}
