package dev.theca.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.Kbs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A key broker on loopback that believes everybody, for the training of an agent: what it gives is
 * made for the training and protects nothing.
 */
final class TrainingBroker implements AutoCloseable {
  private static final String NONCE = "{\"nonce\":\"AAAA\",\"extra-params\":\"\"}";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> resources;
  private volatile JsonObject teeKey = JsonObject.builder().build();

  TrainingBroker(Map<String, byte[]> resources) throws IOException {
    this.resources = Map.copyOf(resources);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring(Kbs.PREFIX.length());
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (path) {
        case "/auth" -> {
          exchange.getResponseHeaders().add("Set-Cookie", Kbs.COOKIE + "=training");
          send(exchange, 200, NONCE);
        }
        case "/attest" -> {
          teeKey =
              Json.object(body)
                  .then(json -> json.requireObject("runtime-data"))
                  .then(json -> json.requireObject("tee-pubkey"))
                  .orThrow();
          send(exchange, 200, "{\"token\":\"training\"}");
        }
        default -> resource(exchange, path.replaceFirst("^/resource/", ""));
      }
    }
  }

  private void resource(HttpExchange exchange, String path) throws IOException {
    byte[] content = resources.get(path);
    if (content == null) send(exchange, 404, "{}");
    else send(exchange, 200, Json.text(Jwe.forKbs(Jwk.parse(teeKey).orThrow(), content)));
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
