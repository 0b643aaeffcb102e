package dev.theca.node.client;

import dev.theca.node.grpc.RawMethod;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A gRPC server on a unix socket, asked with messages as bytes: no generated code, no native
 * transport. Whatever is not an answer is an {@code io.grpc.StatusRuntimeException}.
 */
public final class GrpcSocket implements AutoCloseable {
  /** It warns about options that unix sockets do not have; kept here, or the setting is lost. */
  private static final Logger NETTY = Logger.getLogger("io.netty");

  static {
    NETTY.setLevel(Level.SEVERE);
  }

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory());
  private final ManagedChannel channel;

  /** An answer has at most {@code maxBytes}. Nothing is connected yet. */
  public GrpcSocket(Path socket, int maxBytes) {
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .eventLoopGroup(group)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .usePlaintext()
            .overrideAuthority("localhost")
            .maxInboundMessageSize(maxBytes)
            .build();
  }

  /** One answer; {@code header} goes along (pairs of name and value). */
  public ProtoReader call(
      String service, String method, ProtoWriter request, Duration limit, String... header) {
    var descriptor = RawMethod.of(MethodType.UNARY, service, method);
    var options = CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    return new ProtoReader(
        ClientCalls.blockingUnaryCall(
            RawMethod.with(channel, header), descriptor, options, request.toBytes()));
  }

  /** Answers one after the other, until the server or the one who reads has enough. */
  public Iterator<byte[]> stream(String service, String method, ProtoWriter request) {
    return ClientCalls.blockingServerStreamingCall(
        channel,
        RawMethod.of(MethodType.SERVER_STREAMING, service, method),
        CallOptions.DEFAULT,
        request.toBytes());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS); // daemon threads: nobody waits
  }
}
