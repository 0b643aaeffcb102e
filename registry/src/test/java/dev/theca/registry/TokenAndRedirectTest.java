package dev.theca.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.RegistryClient;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registries that want an anonymous token, and keep their blobs elsewhere. */
class TokenAndRedirectTest {
  private static final byte[] BLOB = "blob".getBytes(StandardCharsets.US_ASCII);

  private HttpServer server;
  private String address;
  private final List<String> seen = new ArrayList<>();
  private String elsewhere = "";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    address = "127.0.0.1:" + server.getAddress().getPort();
    elsewhere = "http://" + address + "/store/x";
    server.createContext("/v2/", this::registry);
    server.createContext(
        "/token",
        exchange -> {
          seen.add("token " + exchange.getRequestURI().getQuery());
          answer(exchange, 200, "{\"token\":\"anonymous\"}".getBytes(StandardCharsets.US_ASCII));
        });
    server.createContext(
        "/store/",
        exchange -> {
          seen.add("store " + exchange.getRequestHeaders().getFirst("Authorization"));
          answer(exchange, 200, BLOB);
        });
    server.start();
  }

  private void registry(HttpExchange exchange) throws IOException {
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (!"Bearer anonymous".equals(token)) {
      exchange
          .getResponseHeaders()
          .add(
              "WWW-Authenticate",
              "Bearer realm=\"http://%s/token\",service=\"s x\",scope=\"repository:a/b:pull\""
                  .formatted(address));
      answer(exchange, 401, new byte[0]);
      return;
    }
    exchange.getResponseHeaders().add("Location", elsewhere);
    answer(exchange, 307, new byte[0]);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private byte[] blob() throws IOException {
    var ref = ImageRef.parse(address + "/a/b:1").orThrow();
    try (var in = new RegistryClient(Set.of(address)).blob(ref, Digest.sha256(BLOB))) {
      return in.readAllBytes();
    }
  }

  @Test
  void a_token_is_fetched_and_never_leaves_the_registry() throws IOException {
    assertThat(blob()).isEqualTo(BLOB);
    assertThat(seen).containsExactly("token service=s x&scope=repository:a/b:pull", "store null");
  }

  @Test
  void a_redirect_to_a_host_that_nobody_named_is_not_followed() {
    elsewhere = "http://127.0.0.2:1/store/x";
    assertThatThrownBy(this::blob).isInstanceOf(ImageException.class).hasMessageContaining("307");
    elsewhere = "file:///etc/passwd";
    assertThatThrownBy(this::blob).isInstanceOf(ImageException.class);
  }

  @Test
  void a_redirect_in_a_circle_ends() {
    elsewhere = "http://" + address + "/v2/a/b/blobs/again";
    assertThatThrownBy(this::blob).isInstanceOf(ImageException.class);
    assertThat(seen).hasSizeLessThan(12);
  }
}
