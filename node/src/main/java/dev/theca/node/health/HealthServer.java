package dev.theca.node.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What operators ask, over HTTP on loopback: {@code /healthz} (the process lives), {@code /readyz}
 * (it serves tasks and snapshots), {@code /metrics} (Prometheus text format 0.0.4). Answers GET and
 * HEAD only; tells numbers, no names of images or pods.
 */
public final class HealthServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /** Listens at a loopback address; others are refused: there is no login here. */
  public static HealthServer start(
      InetSocketAddress at, Supplier<String> metrics, BooleanSupplier ready) throws IOException {
    if (at.getAddress() == null || !at.getAddress().isLoopbackAddress())
      throw new IllegalArgumentException("health is served on a loopback address, not " + at);
    var health = new HealthServer(HttpServer.create(at, 16));
    health.server.setExecutor(health.threads);
    health.server.createContext("/", exchange -> answer(exchange, metrics, ready));
    health.server.start();
    return health;
  }

  public InetSocketAddress address() {
    return server.getAddress();
  }

  private static void answer(HttpExchange exchange, Supplier<String> metrics, BooleanSupplier ready)
      throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      switch (exchange.getRequestURI().getPath()) {
        case "/healthz" -> text(exchange, 200, "alive\n");
        case "/readyz" -> {
          boolean serves = ready.getAsBoolean();
          text(exchange, serves ? 200 : 503, serves ? "ready\n" : "not ready\n");
        }
        case "/metrics" -> text(exchange, 200, metrics.get());
        default -> text(exchange, 404, "/healthz, /readyz and /metrics are served here\n");
      }
    }
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
