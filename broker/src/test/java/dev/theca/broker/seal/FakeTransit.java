package dev.theca.broker.seal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.crypto.AEADBadTagException;
import javax.net.ssl.SSLContext;

/** A Transit engine as its HTTP API documents it: one key, two operations, a token, versions. */
final class FakeTransit implements AutoCloseable {
  private final HttpServer server;
  private final String scheme;
  private final byte[] key = new byte[32];
  private final SecureRandom random = new SecureRandom();

  /** Statuses to answer before serving again. */
  final Deque<Integer> failures = new ArrayDeque<>();

  final List<String> requests = new CopyOnWriteArrayList<>();
  volatile String token = "s.token";
  volatile String bindingMember = "associated_data";
  volatile long delayMillis;
  volatile int extraBytes;

  private FakeTransit(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    random.nextBytes(key);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  static FakeTransit plain() throws IOException {
    return new FakeTransit(HttpServer.create(anywhere(), 0), "http");
  }

  static FakeTransit tls(SSLContext context) throws IOException {
    var server = HttpsServer.create(anywhere(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new FakeTransit(server, "https");
  }

  private static InetSocketAddress anywhere() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  URI address() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath();
      String space = exchange.getRequestHeaders().getFirst("X-Vault-Namespace");
      requests.add((space == null ? "" : space + " ") + exchange.getRequestMethod() + " " + path);
      if (delayMillis > 0) Thread.sleep(delayMillis);
      Integer failure;
      synchronized (failures) {
        failure = failures.poll();
      }
      if (failure != null) {
        answer(exchange, failure, errors("Vault is sealed"));
      } else if (!token.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
        answer(exchange, 403, errors("permission denied"));
      } else {
        serve(exchange, path, Json.object(body).orThrow());
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void serve(HttpExchange exchange, String path, JsonObject request) throws IOException {
    byte[] bound = Base64.getDecoder().decode(request.string(bindingMember).orElse(""));
    switch (path) {
      case "/v1/transit/encrypt/theca" -> {
        byte[] plain = Base64.getDecoder().decode(request.string("plaintext").orElseThrow());
        byte[] sealed = Aead.seal(key, new byte[0], bound, plain, random);
        String text = "vault:v1:" + Base64.getEncoder().encodeToString(sealed);
        data(exchange, JsonObject.builder().put("ciphertext", text).put("key_version", 1).build());
      }
      case "/v1/transit/decrypt/theca" -> {
        String text = request.string("ciphertext").orElseThrow().substring("vault:v1:".length());
        try {
          byte[] plain = Aead.open(key, 0, bound, Base64.getDecoder().decode(text));
          String encoded = Base64.getEncoder().encodeToString(plain);
          data(exchange, JsonObject.builder().put("plaintext", encoded).build());
        } catch (AEADBadTagException e) {
          answer(exchange, 400, errors("cipher: message authentication failed"));
        }
      }
      default -> answer(exchange, 404, errors("no handler for route"));
    }
  }

  private void data(HttpExchange exchange, JsonObject data) throws IOException {
    var whole = JsonObject.builder().put("request_id", "x".repeat(extraBytes)).put("data", data);
    answer(exchange, 200, whole.build());
  }

  private static JsonObject errors(String text) {
    return JsonObject.builder().put("errors", JsonArray.strings(List.of(text))).build();
  }

  private static void answer(HttpExchange exchange, int status, JsonObject body)
      throws IOException {
    byte[] bytes = Json.pretty(body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
