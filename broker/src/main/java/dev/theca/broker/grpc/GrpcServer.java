package dev.theca.broker.grpc;

import dev.theca.broker.http.ReloadedTls;
import dev.theca.broker.http.TlsSettings;
import dev.theca.wire.RefusedException;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Trustee's gRPC port: attestation service, reference values, health. Messages are bounded, a call
 * runs in a virtual thread, connections that fall silent are closed.
 */
public final class GrpcServer implements AutoCloseable {
  private static final int MAX_MESSAGE = 16 << 20;
  private static final int MAX_METADATA = 16 << 10;

  /**
   * Where it listens. Plain text beyond loopback must be named insecure.
   *
   * @param tls absent for plain text; its files are read again when they change
   * @param insecurePlainText accepts plain text on an address that others reach
   * @param requests calls at a time; the next ones get RESOURCE_EXHAUSTED
   */
  public record Settings(
      InetSocketAddress listen,
      Optional<TlsSettings> tls,
      boolean insecurePlainText,
      int requests) {
    /** Plain text on a loopback port; 0 takes a free one. */
    public static Settings loopback(int port) {
      return new Settings(
          new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port),
          Optional.empty(),
          false,
          128);
    }
  }

  private final Server server;
  private final EventLoopGroup group;
  private final ExecutorService threads;
  private final Optional<ReloadedTls> tls;

  private GrpcServer(
      Server server, EventLoopGroup group, ExecutorService threads, Optional<ReloadedTls> tls) {
    this.server = server;
    this.tls = tls;
    this.group = group;
    this.threads = threads;
  }

  /**
   * Listens.
   *
   * @throws IllegalArgumentException when plain text would be reachable by others
   * @throws UncheckedIOException when the address cannot be bound
   * @throws RefusedException when the TLS files do not load
   */
  public static GrpcServer start(Settings settings, AttestationPort port, BooleanSupplier ready) {
    if (settings.tls().isEmpty()
        && !settings.insecurePlainText()
        && !settings.listen().getAddress().isLoopbackAddress())
      throw new IllegalArgumentException(
          "plain gRPC on " + settings.listen() + " needs TLS, or the word insecure");
    var tls = settings.tls().map(files -> ReloadedTls.open(files).orThrow());
    var group =
        new MultiThreadIoEventLoopGroup(
            2, Thread.ofPlatform().daemon().name("grpc-", 0).factory(), NioIoHandler.newFactory());
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      var bound = new CallBound(settings.requests());
      var builder =
          builder(settings, tls)
              .channelType(NioServerSocketChannel.class)
              .bossEventLoopGroup(group)
              .workerEventLoopGroup(group)
              .executor(threads)
              .maxInboundMessageSize(MAX_MESSAGE)
              .maxInboundMetadataSize(MAX_METADATA)
              .maxConcurrentCallsPerConnection(128)
              .handshakeTimeout(10, TimeUnit.SECONDS)
              .maxConnectionIdle(5, TimeUnit.MINUTES)
              .permitKeepAliveTime(30, TimeUnit.SECONDS)
              .keepAliveTime(2, TimeUnit.MINUTES)
              .addService(bounded(Services.attestation(port), bound))
              .addService(bounded(Services.reference(port), bound))
              .addService(new HealthService(ready).definition());
      return new GrpcServer(builder.build().start(), group, threads, tls);
    } catch (IOException e) {
      var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      threads.shutdownNow();
      tls.ifPresent(ReloadedTls::close);
      throw new UncheckedIOException("cannot serve gRPC on " + settings.listen(), e);
    }
  }

  private static ServerServiceDefinition bounded(ServerServiceDefinition service, CallBound bound) {
    return ServerInterceptors.intercept(service, bound);
  }

  private static NettyServerBuilder builder(Settings settings, Optional<ReloadedTls> tls) {
    var builder = NettyServerBuilder.forAddress(settings.listen());
    return tls.isEmpty() ? builder : builder.sslContext(ssl(tls.get()));
  }

  /** Whether clients show certificates is what each engine was made with: it is not set again. */
  private static SslContext ssl(ReloadedTls tls) {
    var http2 =
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2);
    return new JdkSslContext(
        tls.context(),
        false,
        tls.suites(),
        SupportedCipherSuiteFilter.INSTANCE,
        http2,
        ClientAuth.NONE,
        tls.versions().toArray(String[]::new),
        false);
  }

  /** The port that was taken. */
  public int port() {
    return server.getPort();
  }

  /** Lets running calls finish for five seconds. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(5, TimeUnit.SECONDS)) server.shutdownNow();
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    tls.ifPresent(ReloadedTls::close);
    var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
