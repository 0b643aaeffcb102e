package dev.theca.registry.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Serves HTTP/1.1, one virtual thread a connection, within {@link HttpBounds}. A peer that makes it
 * wait too long is disconnected; one connection too many is closed at once. Each connection takes
 * the TLS context that is in force when it begins.
 */
public final class HttpServer implements AutoCloseable {
  private static final int BACKLOG = 256;
  private static final Duration WATCH = Duration.ofMillis(200);

  private final ServerSocketChannel listener;
  private final HttpBounds bounds;
  private final Optional<Supplier<SSLContext>> tls;
  private final HttpHandler handler;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private HttpServer(
      ServerSocketChannel listener,
      HttpBounds bounds,
      Optional<Supplier<SSLContext>> tls,
      HttpHandler handler) {
    this.listener = listener;
    this.bounds = bounds;
    this.tls = tls;
    this.handler = handler;
  }

  public static HttpServer plain(InetSocketAddress at, HttpBounds bounds, HttpHandler handler)
      throws IOException {
    return start(at, bounds, Optional.empty(), handler);
  }

  public static HttpServer tls(
      InetSocketAddress at, HttpBounds bounds, Supplier<SSLContext> tls, HttpHandler handler)
      throws IOException {
    return start(at, bounds, Optional.of(tls), handler);
  }

  private static HttpServer start(
      InetSocketAddress at,
      HttpBounds bounds,
      Optional<Supplier<SSLContext>> tls,
      HttpHandler handler)
      throws IOException {
    var listener = ServerSocketChannel.open();
    try {
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(at, BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw new IOException("cannot listen on " + at + ": " + e.getMessage(), e);
    }
    var server = new HttpServer(listener, bounds, tls, handler);
    Thread.ofPlatform().daemon().name("registry-accept").start(server::accept);
    Thread.ofPlatform().daemon().name("registry-watch").start(server::watch);
    return server;
  }

  public InetSocketAddress address() throws IOException {
    return (InetSocketAddress) listener.getLocalAddress();
  }

  public boolean isTls() {
    return tls.isPresent();
  }

  /** Open connections. */
  public int connections() {
    return connections.size();
  }

  private void accept() {
    while (!closed.get()) {
      try {
        SocketChannel peer = listener.accept();
        if (connections.size() >= bounds.connections()) {
          peer.close();
          continue;
        }
        peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var connection = new Connection(peer, bounds, tls, handler);
        connections.add(connection);
        Thread.ofVirtual()
            .name("registry-connection")
            .start(
                () -> {
                  try {
                    connection.run();
                  } finally {
                    connections.remove(connection);
                  }
                });
      } catch (IOException e) {
        if (closed.get()) return;
        System.err.println("stage=accept outcome=fault reason=\"" + e + "\"");
        pause(); // out of descriptors: others must end first
      }
    }
  }

  private void watch() {
    while (!closed.get()) {
      connections.forEach(Connection::closeIfOver);
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(WATCH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) return;
    listener.close();
    connections.forEach(Connection::cut);
  }
}
