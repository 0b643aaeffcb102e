package dev.theca.interop.crypt;

import dev.theca.wire.Outcome;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The key provider of skopeo, nerdctl and ctr: gRPC, plain, on loopback only, because private
 * options of layers go over it. Does not ask who calls: any process of this machine can have keys
 * stored.
 */
public final class KeyProviderServer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.keyprovider");
  private static final int MAX_MESSAGE = 1 << 20;

  private final KeyProvider provider;
  private final Server server;
  private final EventLoopGroup group;
  private final ExecutorService threads;

  private KeyProviderServer(
      KeyProvider provider, Server server, EventLoopGroup group, ExecutorService threads) {
    this.provider = provider;
    this.server = server;
    this.group = group;
    this.threads = threads;
  }

  /**
   * Listens on a loopback port; 0 takes a free one. Takes the provider over.
   *
   * @throws UncheckedIOException when the port is taken
   */
  public static KeyProviderServer start(int port, KeyProvider provider) {
    var group =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("keyprovider-", 0).factory(),
            NioIoHandler.newFactory());
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var service = ServerServiceDefinition.builder(ProviderMessages.SERVICE);
    add(service, ProviderMessages.WRAP, provider::wrap);
    if (provider.unwraps()) add(service, ProviderMessages.UNWRAP, provider::unwrap);
    try {
      var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      var server =
          NettyServerBuilder.forAddress(listen)
              .channelType(NioServerSocketChannel.class)
              .bossEventLoopGroup(group)
              .workerEventLoopGroup(group)
              .executor(threads)
              .maxInboundMessageSize(MAX_MESSAGE)
              .maxInboundMetadataSize(16 << 10)
              .maxConcurrentCallsPerConnection(32)
              .maxConnectionIdle(1, TimeUnit.MINUTES)
              .addService(service.build())
              .build()
              .start();
      return new KeyProviderServer(provider, server, group, threads);
    } catch (IOException e) {
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      threads.shutdownNow();
      throw new UncheckedIOException("cannot serve keys on loopback port " + port, e);
    }
  }

  private static void add(
      ServerServiceDefinition.Builder service,
      String method,
      Function<byte[], Outcome<byte[]>> work) {
    service.addMethod(
        RawMethod.of(ProviderMessages.SERVICE, method),
        ServerCalls.asyncUnaryCall((request, out) -> answer(method, work, request, out)));
  }

  private static void answer(
      String method,
      Function<byte[], Outcome<byte[]>> work,
      byte[] request,
      StreamObserver<byte[]> out) {
    try {
      switch (ProviderMessages.ofProto(request).then(work)) {
        case Outcome.Granted<byte[]>(var json) -> {
          out.onNext(ProviderMessages.toProto(json));
          out.onCompleted();
          KeyProvider.forget(json);
          LOG.log(System.Logger.Level.INFO, "stage=keyprovider method={0} outcome=granted", method);
        }
        case Outcome.Refused<byte[]>(var reasons) -> {
          String words = reasons.stream().map(Object::toString).collect(Collectors.joining("; "));
          LOG.log(
              System.Logger.Level.INFO,
              "stage=keyprovider method={0} outcome=refused reason={1}",
              method,
              words);
          out.onError(Status.FAILED_PRECONDITION.withDescription(words).asRuntimeException());
        }
      }
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "stage=keyprovider method={0} outcome=fault fault={1}",
          method,
          e.getClass().getName());
      out.onError(
          Status.UNAVAILABLE
              .withDescription("a fault in the key provider; see its log")
              .asRuntimeException());
    } finally {
      KeyProvider.forget(request);
    }
  }

  /** The port that was taken. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      boolean unused = server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    provider.close();
  }
}
