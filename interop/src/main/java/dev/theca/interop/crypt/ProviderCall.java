package dev.theca.interop.crypt;

import dev.theca.image.ImageException;
import dev.theca.image.crypt.CryptCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.ttrpc.TtrpcClient;
import dev.theca.wire.ttrpc.TtrpcException;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks a key provider, in the way its configuration names; a connection per call. */
final class ProviderCall {
  private static final int MAX_ANSWER = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(50); // what callers in the field use

  private ProviderCall() {}

  /** The JSON that it answers. */
  static Outcome<byte[]> ask(KeyProviderConfig.Way way, String method, byte[] json) {
    return switch (way) {
      case KeyProviderConfig.Way.Command(var command) ->
          BoundedProcess.run(command, json, MAX_ANSWER, LIMIT);
      case KeyProviderConfig.Way.Grpc grpc ->
          grpc(grpc, method, ProviderMessages.toProto(json)).then(ProviderMessages::ofProto);
      case KeyProviderConfig.Way.Ttrpc(var socket) -> {
        try (var client = TtrpcClient.connect(socket)) {
          byte[] answer =
              client.call(
                  ProviderMessages.SERVICE,
                  method,
                  ProviderMessages.toProto(json),
                  LIMIT,
                  Map.of());
          yield ProviderMessages.ofProto(answer);
        } catch (TtrpcException e) {
          yield refused(socket.toString(), String.valueOf(e.getMessage()));
        } catch (java.io.UncheckedIOException e) {
          throw new ImageException("no key provider at " + socket, e);
        }
      }
      case KeyProviderConfig.Way.Native(var name) ->
          CryptCode.RECIPIENT.refuse(
              "key provider '" + name + "'",
              "one with cmd, grpc or ttrpc",
              "native",
              "use provider:attestation-agent, or configure an address");
    };
  }

  private static Outcome<byte[]> grpc(
      KeyProviderConfig.Way.Grpc way, String method, byte[] request) {
    var group =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("keyprovider-client").factory(),
            NioIoHandler.newFactory());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(way.host(), way.port())
            .eventLoopGroup(group)
            .channelType(NioSocketChannel.class)
            .maxInboundMessageSize(MAX_ANSWER)
            .usePlaintext()
            .build();
    try {
      var options = CallOptions.DEFAULT.withDeadlineAfter(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return Outcome.granted(
          ClientCalls.blockingUnaryCall(
              channel, RawMethod.of(ProviderMessages.SERVICE, method), options, request));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNAVAILABLE)
        throw new ImageException("no key provider at " + way.host() + ":" + way.port(), e);
      return refused(way.host() + ":" + way.port(), String.valueOf(e.getMessage()));
    } finally {
      channel.shutdownNow();
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static <T> Outcome<T> refused(String where, String found) {
    return CryptCode.PACKET.refuse(
        "key provider at " + where,
        "an answer",
        found.length() > 500 ? found.substring(0, 500) : found,
        "see what the provider says");
  }
}
