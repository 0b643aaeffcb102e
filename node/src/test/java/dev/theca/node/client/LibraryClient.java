package dev.theca.node.client;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** A client that others have written (grpc-java), on one connection that it never makes anew. */
public final class LibraryClient implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory());
  private final ManagedChannel channel;
  private volatile boolean lost;

  public LibraryClient(Path socket) {
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .eventLoopGroup(group)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .usePlaintext()
            .overrideAuthority("localhost")
            .build();
    watch(channel.getState(true));
  }

  private void watch(ConnectivityState now) {
    channel.notifyWhenStateChanged(
        now,
        () -> {
          ConnectivityState next = channel.getState(false);
          lost |= now == ConnectivityState.READY;
          if (next != ConnectivityState.SHUTDOWN) watch(next);
        });
  }

  /** Whether the first connection has ended. */
  public boolean lost() {
    return lost;
  }

  public byte[] call(String service, String method, byte[] request) {
    return ClientCalls.blockingUnaryCall(
        channel,
        method(MethodType.UNARY, service, method),
        CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
        request);
  }

  public Iterator<byte[]> stream(String service, String method, byte[] request) {
    return ClientCalls.blockingServerStreamingCall(
        channel,
        method(MethodType.SERVER_STREAMING, service, method),
        CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
        request);
  }

  private static MethodDescriptor<byte[], byte[]> method(
      MethodType type, String service, String method) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(service + "/" + method)
        .setRequestMarshaller(Bytes.AS_THEY_ARE)
        .setResponseMarshaller(Bytes.AS_THEY_ARE)
        .build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    AS_THEY_ARE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
