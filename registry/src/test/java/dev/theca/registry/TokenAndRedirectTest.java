package dev.theca.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.RegistryClient;
import dev.theca.registry.http.HttpBounds;
import dev.theca.registry.http.HttpExchange;
import dev.theca.registry.http.HttpServer;
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
    var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = HttpServer.plain(at, HttpBounds.DEFAULT, this::answer);
    address = "127.0.0.1:" + server.address().getPort();
    elsewhere = "http://" + address + "/store/x";
  }

  private void answer(HttpExchange exchange) throws IOException {
    var head = exchange.head();
    if (head.path().startsWith("/v2/")) {
      registry(exchange);
    } else if (head.path().equals("/token")) {
      seen.add("token " + head.query());
      exchange.answer(200, "{\"token\":\"anonymous\"}".getBytes(StandardCharsets.US_ASCII));
    } else {
      seen.add("store " + head.field("authorization").orElse("nobody"));
      exchange.answer(200, BLOB);
    }
  }

  private void registry(HttpExchange exchange) throws IOException {
    String token = exchange.head().field("authorization").orElse("");
    if (!"Bearer anonymous".equals(token)) {
      exchange
          .with(
              "WWW-Authenticate",
              "Bearer realm=\"http://%s/token\",service=\"s x\",scope=\"repository:a/b:pull\""
                  .formatted(address))
          .answer(401);
      return;
    }
    exchange.with("Location", elsewhere).answer(307);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
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
    assertThat(seen)
        .containsExactly("token {service=[s x], scope=[repository:a/b:pull]}", "store nobody");
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
