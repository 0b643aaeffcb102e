package dev.theca.broker.http;

import dev.theca.wire.Outcome;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * The listener: HTTP/1.1 and HTTP/2 over TCP or TLS, one virtual thread a request, within the
 * configured bounds and deadlines. Guarantees that the handler sees whole requests whose path is
 * decoded once, and that what is not 200 is JSON. It does not know what the requests mean.
 */
public final class Front implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.broker.http");
  private static final int REFUSALS = 256; // connections beyond the bound, while they are told so

  private final List<WebServer> servers = new ArrayList<>();
  private final List<InetSocketAddress> bound = new ArrayList<>();
  private final Optional<TlsFiles> tls;
  private final Watches watches;
  private final Connections connections;

  private Front(Optional<TlsFiles> tls, Watches watches, Connections connections) {
    this.tls = tls;
    this.watches = watches;
    this.connections = connections;
  }

  /**
   * Listens, or says what is wrong with the configuration.
   *
   * @throws RuntimeException when an address cannot be bound
   */
  public static Outcome<Front> start(FrontConfig config, FrontParts parts) {
    return Listen.addresses(config)
        .then(
            addresses ->
                ClientAddress.of(config.trustedProxies())
                    .then(
                        clients ->
                            tls(config).map(tls -> open(config, parts, addresses, clients, tls))));
  }

  /** What is wrong with the addresses of a configuration; nothing is bound. */
  public static Outcome<List<InetSocketAddress>> judge(FrontConfig config) {
    return Listen.addresses(config)
        .then(addresses -> ClientAddress.of(config.trustedProxies()).map(clients -> addresses));
  }

  private static Outcome<Optional<TlsFiles>> tls(FrontConfig config) {
    return config.tls().isEmpty()
        ? Outcome.granted(Optional.empty())
        : TlsFiles.open(config.tls().get()).map(Optional::of);
  }

  private static Front open(
      FrontConfig config,
      FrontParts parts,
      List<InetSocketAddress> addresses,
      ClientAddress clients,
      Optional<TlsFiles> tls) {
    var watches = new Watches(config.name());
    var handshakes = new Handshakes(watches, config.deadlines().handshake());
    var connections = new Connections(config, watches, handshakes);
    var front = new Front(tls, watches, connections);
    var exchange = new Exchange(config, parts, clients, watches);
    try {
      for (var address : addresses) {
        var server = WebServer.builder().bindAddress(address);
        server
            .routing(HttpRouting.builder().addFilter(exchange))
            .protocolsDiscoverServices(false)
            .addConnectionSelector(connections)
            .directHandlers(ErrorPages.all())
            .maxPayloadSize(config.bounds().bodyBytes())
            .maxTcpConnections(config.bounds().connections() + REFUSALS)
            .backlog(1024)
            .useNio(false)
            .connectionOptions(
                SocketOptions.builder().readTimeout(Duration.ZERO).tcpNoDelay(true).build())
            .shutdownGracePeriod(config.deadlines().shutdown())
            .shutdownHook(false);
        tls.ifPresent(
            files ->
                server.tls(
                    Tls.builder().sslContext(new TlsContext(files, handshakes::begin)).build()));
        front.listen(config, address, server);
      }
      return front;
    } catch (RuntimeException e) {
      front.close();
      throw e;
    }
  }

  private void listen(FrontConfig config, InetSocketAddress at, WebServerConfig.Builder server) {
    free(at);
    var started = server.build().start();
    servers.add(started);
    if (started.port() < 0) throw taken(at, new BindException("it was taken meanwhile"));
    bound.add(new InetSocketAddress(at.getAddress(), started.port()));
    boolean insecure = tls.isEmpty() && !at.getAddress().isLoopbackAddress();
    if (insecure)
      LOG.log(
          System.Logger.Level.WARNING,
          "stage=listen front={0} address={1} INSECURE: plain HTTP, anybody on the way reads and"
              + " changes what is said",
          config.name(),
          bound.getLast());
    else
      LOG.log(
          System.Logger.Level.INFO,
          "stage=listen front={0} address={1} tls={2}",
          config.name(),
          bound.getLast(),
          tls.isPresent());
  }

  /**
   * The server does not throw when an address is taken, and logs a trace; so it is tried before.
   */
  private static void free(InetSocketAddress at) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(at);
    } catch (IOException e) {
      throw taken(at, e);
    }
  }

  private static UncheckedIOException taken(InetSocketAddress at, IOException e) {
    String place = at.getAddress().getHostAddress() + ":" + at.getPort();
    var cause = new BindException(place + ": " + e.getMessage());
    return new UncheckedIOException("cannot listen on " + place, cause);
  }

  /** Where it listens, with the ports that were taken. */
  public List<InetSocketAddress> addresses() {
    return List.copyOf(bound);
  }

  /** The first address as a URL without path. */
  public String url() {
    var first = bound.getFirst();
    String host = first.getAddress().getHostAddress();
    return (tls.isPresent() ? "https://" : "http://")
        + (host.indexOf(':') < 0 ? host : "[" + host + "]")
        + ":"
        + first.getPort();
  }

  /** Open connections, for the gauge. */
  public int connections() {
    return connections.open();
  }

  /** Reads the TLS files again now; false when they do not load and the old ones stay. */
  public boolean reloadTls() {
    return tls.isPresent() && tls.get().reload();
  }

  /** Accepts no more, lets running requests finish within their deadline, and closes. */
  @Override
  public void close() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var server : servers) {
        var unused = threads.submit(() -> server.stop());
      }
    }
    tls.ifPresent(TlsFiles::close);
    watches.close();
  }
}
