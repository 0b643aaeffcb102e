package dev.theca.wire.ttrpc;

import dev.theca.wire.rpc.Gate;
import dev.theca.wire.rpc.PeerCheck;
import dev.theca.wire.rpc.RpcConnection;
import dev.theca.wire.rpc.RpcListener;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Answers unary ttRPC calls on a unix socket (mode 0600). Every request runs on a virtual thread of
 * its own; answers leave in the order they are ready. A handler's {@link TtrpcException} is its
 * answer; any other exception becomes {@link RpcStatus#INTERNAL} with its message.
 */
public final class TtrpcServer implements AutoCloseable {
  /** Answers one method. */
  @FunctionalInterface
  public interface Handler {
    byte[] answer(TtrpcCall call) throws Exception;
  }

  /**
   * A connection that was left open between two frames, for another server to go on with.
   *
   * @param last the highest stream that the peer has used
   * @param open requests without an answer, by stream
   */
  public record Left(RpcConnection connection, int last, Map<Integer, byte[]> open) {}

  private static final System.Logger LOG = System.getLogger("theca.ttrpc");

  private final RpcListener listener;
  private final Map<String, Handler> handlers;
  private final Set<TtrpcSession> sessions = ConcurrentHashMap.newKeySet();
  private final Gate gate = new Gate();
  private volatile boolean closed;

  private TtrpcServer(RpcListener listener, Map<String, Handler> handlers) {
    this.listener = listener;
    this.handlers = Map.copyOf(handlers);
  }

  /**
   * Listens and answers until closed. A file left at {@code socket} is removed first.
   *
   * @param handlers by {@code service/method}
   */
  public static TtrpcServer start(Path socket, Map<String, Handler> handlers, PeerCheck check) {
    try {
      return over(RpcListener.listen(socket, check), handlers, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket + ": " + e.getMessage(), e);
    }
  }

  /** Answers whoever comes to {@code listener}, and goes on with connections that were left. */
  public static TtrpcServer over(
      RpcListener listener, Map<String, Handler> handlers, List<Left> left) {
    var server = new TtrpcServer(listener, handlers);
    for (Left one : left) {
      var session = new TtrpcSession(one.connection(), server.handlers, one.last());
      server.begin(session);
      one.open().forEach(session::answerLater);
    }
    var unused = listener.threads().name("ttrpc-listener").start(server::accept);
    return server;
  }

  private void accept() {
    try {
      while (true) {
        var peer = listener.accept();
        if (peer.isPresent()) begin(new TtrpcSession(peer.get(), handlers, -1));
        else gate.rest();
      }
    } catch (IOException e) {
      if (listener.isOpen()) LOG.log(System.Logger.Level.ERROR, "ttrpc accept failed", e);
    }
  }

  private void begin(TtrpcSession session) {
    sessions.add(session);
    if (closed) close(session.connection); // accepted while the server was being closed
    var unused = listener.threads().name("ttrpc-connection").start(() -> serve(session));
  }

  private void serve(TtrpcSession session) {
    try {
      session.serve(gate);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a ttrpc connection ended: " + e.getMessage());
    }
    sessions.remove(session);
    close(session.connection);
  }

  private static void close(RpcConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a ttrpc connection: " + e.getMessage());
    }
  }

  /**
   * Stops taking requests and waits until all that are open are of a kind that {@code mayStay}.
   * False, and all goes on as before, when that did not come within the limit. For a listener that
   * can pause.
   */
  public boolean rest(Predicate<TtrpcCall> mayStay, Duration limit) throws InterruptedException {
    return gate.settle(listener, sessions::size, () -> quiet(mayStay), limit);
  }

  /** Takes requests again after {@link #rest}. */
  public void goOn() {
    gate.goOn(listener);
  }

  /**
   * Gives the connections away as they are, after {@link #rest}; nothing is written here any more.
   */
  public List<Left> leave() {
    return sessions.stream().map(TtrpcSession::leave).toList();
  }

  private boolean quiet(Predicate<TtrpcCall> mayStay) {
    for (TtrpcSession session : sessions) {
      for (byte[] request : session.open().values())
        if (!mayStay.test(TtrpcCall.decode(request))) return false;
    }
    return true;
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
      for (var session : sessions) session.connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
