package dev.theca.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A broker that believes everybody, and that can fall silent. */
final class FakeBroker implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> resources = new ConcurrentHashMap<>();
  private volatile JsonObject teeKey = JsonObject.builder().build();
  private volatile String silentAt = "nowhere";
  private final CountDownLatch closed = new CountDownLatch(1);

  FakeBroker() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Has a resource from now on. */
  FakeBroker has(String path, String text) {
    resources.put("/kbs/v0/resource/" + path, text);
    return this;
  }

  /** Never answers requests whose path ends so. */
  void silentAt(String end) {
    silentAt = end;
  }

  AgentConfig config(String more) {
    String text =
        """
        version = "0.1.0"
        algorithm = "sha256"
        [data]
        "theca.toml" = '''
        kbs_url = "http://127.0.0.1:%d"
        security_policy = "kbs:///a/p/security"
        workload_policy = "kbs:///a/p/workload"
        %s
        '''
        """
            .formatted(server.getAddress().getPort(), more);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assert InitData.parse(bytes).isGranted();
    return AgentConfig.read(bytes).orThrow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (path.endsWith(silentAt)) {
        closed.await();
        return;
      }
      switch (path) {
        case "/kbs/v0/auth" -> {
          exchange.getResponseHeaders().add("Set-Cookie", "kbs-session-id=abc");
          send(exchange, 200, "{\"nonce\":\"AAAA\",\"extra-params\":\"\"}");
        }
        case "/kbs/v0/attest" -> {
          teeKey =
              Json.object(body)
                  .then(json -> json.requireObject("runtime-data"))
                  .then(json -> json.requireObject("tee-pubkey"))
                  .orThrow();
          send(exchange, 200, "{\"token\":\"opaque\"}");
        }
        default -> {
          String text = resources.get(path);
          if (text == null) send(exchange, 404, "{}");
          else
            send(
                exchange,
                200,
                Json.text(
                    Jwe.forKbs(
                        Jwk.parse(teeKey).orThrow(), text.getBytes(StandardCharsets.UTF_8))));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
