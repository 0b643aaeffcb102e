package dev.theca.wire.ttrpc;

import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls a ttRPC server over a unix socket. Safe for many threads; calls run side by side on one
 * connection. When the connection ends, every open call fails with {@link RpcStatus#UNAVAILABLE},
 * and the client stays closed.
 */
public final class TtrpcClient implements AutoCloseable {
  private final SocketChannel channel;
  private final Map<Integer, CompletableFuture<byte[]>> open = new ConcurrentHashMap<>();
  private final Object writing = new Object();
  private int nextStream = 1;
  private volatile boolean ended;

  private TtrpcClient(SocketChannel channel) {
    this.channel = channel;
    Thread.ofVirtual().name("ttrpc-client").start(this::readAnswers);
  }

  public static TtrpcClient connect(Path socket) {
    try {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new TtrpcClient(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect to " + socket + ": " + e.getMessage(), e);
    }
  }

  /**
   * The payload of the answer; a status other than OK, a passed limit or a lost connection is a
   * {@link TtrpcException}.
   */
  public byte[] call(
      String service,
      String method,
      byte[] payload,
      Duration timeout,
      Map<String, String> metadata) {
    var answer = new CompletableFuture<byte[]>();
    int stream = send(new TtrpcCall(service, method, payload, timeout, metadata).encode(), answer);
    try {
      byte[] data =
          timeout.isZero() ? answer.get() : answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return TtrpcAnswer.open(data);
    } catch (TimeoutException e) {
      throw new TtrpcException(
          RpcStatus.DEADLINE_EXCEEDED, service + "/" + method + " took more than " + timeout);
    } catch (ExecutionException e) {
      throw new TtrpcException(RpcStatus.UNAVAILABLE, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TtrpcException(RpcStatus.CANCELLED, service + "/" + method + " was interrupted");
    } finally {
      open.remove(stream);
    }
  }

  private int send(byte[] request, CompletableFuture<byte[]> answer) {
    synchronized (writing) {
      int stream = nextStream;
      nextStream += 2;
      open.put(stream, answer);
      try {
        if (ended) throw new IOException("the connection has ended");
        Frame.write(channel, stream, Frame.REQUEST, request);
      } catch (IOException e) {
        open.remove(stream);
        throw new TtrpcException(RpcStatus.UNAVAILABLE, String.valueOf(e.getMessage()));
      }
      return stream;
    }
  }

  private void readAnswers() {
    IOException why = new IOException("the server closed the connection");
    try {
      for (Frame frame; (frame = Frame.read(channel)) != null; ) {
        var waiting = open.get(frame.stream());
        if (waiting == null || frame.type() != Frame.RESPONSE) continue;
        if (frame.tooLong())
          waiting.completeExceptionally(new IOException("the answer exceeds 4 MiB"));
        else waiting.complete(frame.data());
      }
    } catch (IOException e) {
      why = e;
    }
    ended = true;
    for (var waiting : open.values()) waiting.completeExceptionally(why);
  }

  /** True once the connection is gone. */
  public boolean ended() {
    return ended;
  }

  @Override
  public void close() {
    ended = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
