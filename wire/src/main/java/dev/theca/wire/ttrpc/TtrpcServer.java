package dev.theca.wire.ttrpc;

import dev.theca.wire.proto.ProtoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Answers unary ttRPC calls on a unix socket (mode 0600). Every request runs on a virtual thread of
 * its own; answers leave in the order they are ready. A handler's {@link TtrpcException} is its
 * answer; any other exception becomes {@link TtrpcStatus#INTERNAL} with its message.
 */
public final class TtrpcServer implements AutoCloseable {
  /** Answers one method. */
  @FunctionalInterface
  public interface Handler {
    byte[] answer(TtrpcCall call) throws Exception;
  }

  /** Looks at a new connection; false closes it before a byte is read. */
  @FunctionalInterface
  public interface PeerCheck {
    boolean accept(SocketChannel peer) throws IOException;
  }

  private static final System.Logger LOG = System.getLogger("theca.ttrpc");

  private final ServerSocketChannel listener;
  private final Path socket;
  private final Map<String, Handler> handlers;
  private final PeerCheck check;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private TtrpcServer(
      ServerSocketChannel listener, Path socket, Map<String, Handler> handlers, PeerCheck check) {
    this.listener = listener;
    this.socket = socket;
    this.handlers = Map.copyOf(handlers);
    this.check = check;
  }

  /**
   * Listens and answers until closed. A file left at {@code socket} is removed first.
   *
   * @param handlers by {@code service/method}
   */
  public static TtrpcServer start(Path socket, Map<String, Handler> handlers, PeerCheck check) {
    try {
      Files.deleteIfExists(socket);
      var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      var server = new TtrpcServer(listener, socket, handlers, check);
      Thread.ofPlatform().daemon().name("ttrpc-" + socket.getFileName()).start(server::accept);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket + ": " + e.getMessage(), e);
    }
  }

  private void accept() {
    try {
      while (true) {
        var peer = listener.accept();
        connections.add(peer);
        Thread.ofVirtual().name("ttrpc-connection").start(() -> serve(peer));
      }
    } catch (IOException e) {
      if (listener.isOpen())
        LOG.log(System.Logger.Level.ERROR, "ttrpc accept failed on " + socket, e);
    }
  }

  private void serve(SocketChannel peer) {
    var writing = new java.util.concurrent.locks.ReentrantLock();
    int last = -1;
    try (peer) {
      if (!check.accept(peer)) return;
      for (Frame frame; (frame = Frame.read(peer)) != null; ) {
        if (frame.type() != Frame.REQUEST) continue;
        Frame request = frame;
        if (request.tooLong()) {
          refuse(
              peer, writing, request, TtrpcStatus.RESOURCE_EXHAUSTED, "the request exceeds 4 MiB");
        } else if (request.stream() % 2 == 0 || request.stream() <= last) {
          refuse(
              peer,
              writing,
              request,
              TtrpcStatus.INVALID_ARGUMENT,
              "stream id " + request.stream() + " is out of order");
        } else {
          last = request.stream();
          Thread.ofVirtual()
              .name("ttrpc-call")
              .start(() -> reply(peer, writing, request.stream(), answer(request)));
        }
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a ttrpc connection ended: " + e.getMessage());
    } finally {
      connections.remove(peer);
    }
  }

  private void refuse(
      SocketChannel peer,
      java.util.concurrent.locks.Lock writing,
      Frame frame,
      TtrpcStatus status,
      String text) {
    reply(peer, writing, frame.stream(), TtrpcAnswer.failed(new TtrpcException(status, text)));
  }

  private byte[] answer(Frame frame) {
    try {
      var call = TtrpcCall.decode(frame.data());
      var handler = handlers.get(call.service() + "/" + call.method());
      if (handler == null) {
        throw new TtrpcException(
            TtrpcStatus.UNIMPLEMENTED, "no method " + call.service() + "/" + call.method());
      }
      return TtrpcAnswer.ok(handler.answer(call));
    } catch (TtrpcException e) {
      return TtrpcAnswer.failed(e);
    } catch (ProtoException e) {
      return TtrpcAnswer.failed(
          new TtrpcException(TtrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage())));
    } catch (Exception e) {
      LOG.log(System.Logger.Level.ERROR, "a ttrpc handler failed", e);
      return TtrpcAnswer.failed(
          new TtrpcException(TtrpcStatus.INTERNAL, String.valueOf(e.getMessage())));
    }
  }

  private static void reply(
      SocketChannel peer, java.util.concurrent.locks.Lock writing, int stream, byte[] answer) {
    writing.lock();
    try {
      Frame.write(peer, stream, Frame.RESPONSE, answer);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "an answer found no reader: " + e.getMessage());
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var connection : connections) connection.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
