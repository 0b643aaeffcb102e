package dev.theca.wire.ttrpc;

import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.rpc.Gate;
import dev.theca.wire.rpc.RpcConnection;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One connection of a server: its requests, and which of them have no answer yet. */
final class TtrpcSession {
  private static final System.Logger LOG = System.getLogger("theca.ttrpc");

  final RpcConnection connection;
  private final Map<String, TtrpcServer.Handler> handlers;
  private final Map<Integer, byte[]> open = new ConcurrentHashMap<>();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile int last;
  private boolean left;

  /** {@code last} is the highest stream that the peer has used; -1 for a new connection. */
  TtrpcSession(RpcConnection connection, Map<String, TtrpcServer.Handler> handlers, int last) {
    this.connection = connection;
    this.handlers = handlers;
    this.last = last;
  }

  /** Reads until the peer goes; rests at the gate, between two frames, when it is shut. */
  void serve(Gate gate) throws IOException {
    while (true) {
      if (!connection.awaitFrame()) {
        gate.rest();
        continue;
      }
      Frame request = Frame.read(connection);
      if (request == null) return;
      if (request.type() != Frame.REQUEST) continue;
      if (request.tooLong()) {
        refuse(request, RpcStatus.RESOURCE_EXHAUSTED, "the request exceeds 4 MiB");
      } else if (request.stream() % 2 == 0 || request.stream() <= last) {
        refuse(
            request,
            RpcStatus.INVALID_ARGUMENT,
            "stream id " + request.stream() + " is out of order");
      } else {
        last = request.stream();
        answerLater(request.stream(), request.data());
      }
    }
  }

  /** Answers a request on a thread of its own. */
  void answerLater(int stream, byte[] request) {
    open.put(stream, request);
    Thread.ofVirtual().name("ttrpc-call").start(() -> reply(stream, answer(request)));
  }

  private void refuse(Frame frame, RpcStatus status, String text) {
    reply(frame.stream(), TtrpcAnswer.failed(new TtrpcException(status, text)));
  }

  private byte[] answer(byte[] request) {
    try {
      var call = TtrpcCall.decode(request);
      var handler = handlers.get(call.service() + "/" + call.method());
      if (handler == null) {
        throw new TtrpcException(
            RpcStatus.UNIMPLEMENTED, "no method " + call.service() + "/" + call.method());
      }
      return TtrpcAnswer.ok(handler.answer(call));
    } catch (TtrpcException e) {
      return TtrpcAnswer.failed(e);
    } catch (ProtoException e) {
      return TtrpcAnswer.failed(
          new TtrpcException(RpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage())));
    } catch (Exception e) {
      LOG.log(System.Logger.Level.ERROR, "a ttrpc handler failed", e);
      return TtrpcAnswer.failed(
          new TtrpcException(RpcStatus.INTERNAL, String.valueOf(e.getMessage())));
    }
  }

  private void reply(int stream, byte[] answer) {
    writing.lock();
    try {
      if (left) return; // whoever took the connection over answers
      open.remove(stream);
      Frame.write(connection, stream, Frame.RESPONSE, answer);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "an answer found no reader: " + e.getMessage());
    } finally {
      writing.unlock();
    }
  }

  /** Requests without an answer, by stream. */
  Map<Integer, byte[]> open() {
    return Map.copyOf(open);
  }

  /** From now on nothing is written here any more; what is left open. */
  TtrpcServer.Left leave() {
    writing.lock();
    try {
      left = true;
      return new TtrpcServer.Left(connection, last, Map.copyOf(open));
    } finally {
      writing.unlock();
    }
  }
}
