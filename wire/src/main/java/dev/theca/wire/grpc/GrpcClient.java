package dev.theca.wire.grpc;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls a gRPC server on a unix socket. Every call has a connection of its own, so that nothing is
 * shared between threads and nothing is kept; for those who ask now and then. Whatever is not an
 * answer is a {@link GrpcException}; nobody there is {@link RpcStatus#UNAVAILABLE}.
 */
public final class GrpcClient implements AutoCloseable {
  private final Path socket;
  private final int maxBytes;
  private final Set<ClientCall> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** An answer has at most {@code maxBytes}. Nothing is connected yet. */
  public GrpcClient(Path socket, int maxBytes) {
    this.socket = socket;
    this.maxBytes = maxBytes;
  }

  /** One answer; {@code header} goes along (pairs of name and value). */
  public ProtoReader call(
      String service, String method, ProtoWriter request, Duration limit, String... header) {
    ClientCall call = begin(service + "/" + method, request, Optional.of(limit), header);
    try {
      byte[] answer =
          call.next()
              .orElseThrow(
                  () -> new GrpcException(RpcStatus.INTERNAL, "an answer without a message"));
      if (call.next().isPresent())
        throw new GrpcException(RpcStatus.INTERNAL, "more than one answer");
      return new ProtoReader(answer);
    } finally {
      end(call);
    }
  }

  /**
   * Answers one after the other, until the server has no more or this client is closed; the end
   * with a status other than OK is a {@link GrpcException} where the next answer would be.
   */
  public Iterator<byte[]> stream(
      String service, String method, ProtoWriter request, String... header) {
    ClientCall call = begin(service + "/" + method, request, Optional.empty(), header);
    return new Iterator<>() {
      private Optional<byte[]> next = Optional.empty();
      private boolean ended;

      @Override
      public boolean hasNext() {
        if (next.isPresent() || ended) return next.isPresent();
        try {
          next = call.next();
          ended = next.isEmpty();
        } catch (GrpcException e) {
          ended = true;
          throw e;
        } finally {
          if (ended) end(call);
        }
        return next.isPresent();
      }

      @Override
      public byte[] next() {
        if (!hasNext()) throw new NoSuchElementException();
        byte[] answer = next.orElseThrow();
        next = Optional.empty();
        return answer;
      }
    };
  }

  private ClientCall begin(
      String method, ProtoWriter request, Optional<Duration> limit, String... header) {
    var call = new ClientCall(socket, maxBytes, limit);
    open.add(call);
    try {
      if (closed) throw new GrpcException(RpcStatus.CANCELLED, "the client is closed");
      call.begin(method, request.toBytes(), header);
      return call;
    } catch (GrpcException e) {
      end(call);
      throw e;
    }
  }

  private void end(ClientCall call) {
    open.remove(call);
    call.close();
  }

  /** Ends the calls that are open. */
  @Override
  public void close() {
    closed = true;
    open.forEach(this::end);
  }
}
