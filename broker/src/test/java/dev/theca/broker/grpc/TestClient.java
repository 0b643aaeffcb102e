package dev.theca.broker.grpc;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Calls by name, with messages as bytes. */
final class TestClient implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, Thread.ofPlatform().daemon().factory(), NioIoHandler.newFactory());
  final ManagedChannel channel;

  TestClient(GrpcServer server) {
    this(server, InsecureChannelCredentials.create());
  }

  TestClient(GrpcServer server, ChannelCredentials credentials) {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port(), credentials)
            .eventLoopGroup(group)
            .channelType(NioSocketChannel.class)
            .maxInboundMessageSize(32 << 20)
            .build();
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
  }

  byte[] call(String service, String method, byte[] request) {
    return ClientCalls.blockingUnaryCall(
        channel, Unary.descriptor(service, method, MethodType.UNARY), options(), request);
  }

  Iterator<byte[]> stream(String service, String method, byte[] request) {
    return ClientCalls.blockingServerStreamingCall(
        channel,
        Unary.descriptor(service, method, MethodType.SERVER_STREAMING),
        options(),
        request);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
