package dev.theca.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.theca.enclave.TeePlatform;
import dev.theca.sealfs.Anchor;
import dev.theca.wire.Outcome;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.json.Json;
import dev.theca.wire.kbs.Kbs;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the agent makes of the answers that docs/how/plugins.md promises. */
class KbsAnchorsTest {
  private static final Anchor THREE = new Anchor(3, FakePlatform.filled(32, 0xAB));
  private static final Anchor NINE = new Anchor(9, FakePlatform.filled(32, 0xCD));
  private static final String JSON_THREE = "{\"sequence\":3,\"chain\":\"" + "ab".repeat(32) + "\"}";
  private static final String JSON_NINE = "{\"sequence\":9,\"chain\":\"" + "cd".repeat(32) + "\"}";

  private final Queue<Object[]> answers = new ArrayDeque<>();
  private final Queue<String> asked = new ArrayDeque<>();
  private HttpServer server;
  private KbsAnchors anchors;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String text = "version = \"0.1.0\"\nalgorithm = \"sha384\"\n[data]\n";
    anchors =
        new KbsAnchors(
            new KbsClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                new Quoting(),
                InitData.parse(text.getBytes(StandardCharsets.UTF_8)).orThrow()));
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private static final class Quoting implements TeePlatform {
    @Override
    public byte[] targetInfo() {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] report(byte[] targetInfo, byte[] reportData) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] quote(byte[] reportData) {
      return new byte[] {1};
    }

    @Override
    public boolean verifyReport(byte[] report) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Secret sealKey() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void retire() {}
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().replace("/kbs/v0", "");
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (path.equals("/auth")) {
        exchange.getResponseHeaders().add("Set-Cookie", Kbs.COOKIE + "=0123456789abcdef");
        String nonce = Base64.getEncoder().encodeToString(new byte[32]);
        send(exchange, 200, "{\"nonce\":\"" + nonce + "\",\"extra-params\":\"\"}");
      } else if (path.equals("/attest")) {
        send(exchange, 200, "{\"token\":\"x\"}");
      } else {
        asked.add(exchange.getRequestMethod() + " " + path + " " + body);
        Object[] next = answers.remove();
        send(exchange, (int) next[0], (String) next[1]);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private void will(int status, String body) {
    answers.add(new Object[] {status, body});
  }

  private static String error(String variant) {
    return Json.text(Kbs.error(variant, "said so"));
  }

  @Test
  void an_anchor_is_read_and_its_absence_is_not_the_plugins() {
    will(200, JSON_THREE);
    will(404, error("ResourceNotFound"));
    will(404, error("PluginNotFound"));
    will(403, error("PolicyDeny"));
    assertThat(anchors.read("data").orThrow()).contains(THREE);
    assertThat(anchors.read("data").orThrow()).isEmpty();
    assertThat(anchors.read("data").isGranted()).isFalse();
    assertThat(anchors.read("data").isGranted()).isFalse();
    assertThat(asked).allMatch(call -> call.equals("GET /anchor/data "));
  }

  @Test
  void an_anchor_goes_on_from_the_one_that_was_there() {
    will(200, JSON_THREE);
    will(200, JSON_NINE);
    assertThat(anchors.advance("data", Optional.empty(), THREE).orThrow()).isEqualTo(THREE);
    assertThat(anchors.advance("data", Optional.of(THREE), NINE).orThrow()).isEqualTo(NINE);
    assertThat(asked)
        .containsExactly(
            "PUT /anchor/data {\"expected\":\"new\",\"next\":" + JSON_THREE + "}",
            "PUT /anchor/data {\"expected\":" + JSON_THREE + ",\"next\":" + JSON_NINE + "}");
  }

  @Test
  void an_anchor_that_somebody_else_moved_is_refused_unless_it_was_this_very_step() {
    will(409, "{\"type\":\"AnchorMoved\",\"expected\":\"new\",\"found\":" + JSON_NINE + "}");
    will(409, "{\"type\":\"AnchorMoved\",\"expected\":\"new\",\"found\":" + JSON_THREE + "}");
    will(409, "{\"type\":\"AnchorMoved\",\"expected\":\"new\",\"found\":\"new\"}");
    assertThat(anchors.advance("data", Optional.empty(), THREE))
        .isInstanceOf(Outcome.Refused.class);
    assertThat(anchors.advance("data", Optional.empty(), THREE).orThrow()).isEqualTo(THREE);
    assertThat(anchors.advance("data", Optional.empty(), THREE))
        .isInstanceOf(Outcome.Refused.class);
  }
}
