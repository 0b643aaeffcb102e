package dev.theca.node.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {
  private final Stages stages = new Stages();
  private final AtomicBoolean ready = new AtomicBoolean(true);

  private record Answer(int statusCode, String body) {}

  private static Answer ask(HealthServer server, String method, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    var connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method);
    int status = connection.getResponseCode();
    try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(status, text);
    }
  }

  private HealthServer serve() throws Exception {
    return HealthServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        stages.meters()::text,
        ready::get);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/healthz,200",
    "HEAD,/healthz,200",
    "GET,/readyz,200",
    "GET,/metrics,200",
    "POST,/metrics,405",
    "DELETE,/healthz,405",
    "GET,/,404",
    "GET,/../etc/passwd,404"
  })
  void asksAreAnswered(String method, String path, int status) throws Exception {
    try (var server = serve()) {
      assertEquals(status, ask(server, method, path).statusCode());
    }
  }

  @Test
  void aDaemonThatCannotServeIsNotReady() throws Exception {
    try (var server = serve()) {
      ready.set(false);
      assertEquals(503, ask(server, "GET", "/readyz").statusCode());
      assertEquals(200, ask(server, "GET", "/healthz").statusCode());
    }
  }

  @Test
  void aStageIsCountedByItsOutcome() throws Exception {
    stages.begin("create").pod("p").granted();
    stages.begin("create").pod("p").refused("image-unsigned");
    stages.begin("create").pod("p").fault(new IllegalStateException("broken"));
    try (var server = serve()) {
      String text = ask(server, "GET", "/metrics").body();
      for (String outcome : new String[] {"granted", "refused", "fault"})
        assertTrue(
            text.contains(
                Stages.DURATION + "_count{outcome=\"" + outcome + "\",stage=\"create\"} 1\n"),
            text);
    }
  }

  @Test
  void itIsForThisMachineOnly() throws Exception {
    var everywhere = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);
    assertThrows(
        IllegalArgumentException.class,
        () -> HealthServer.start(everywhere, () -> "", () -> true).close());
  }

  @ParameterizedTest
  @CsvSource({
    "plain,plain",
    "'',\"\"",
    "two words,\"two words\"",
    "a=b,\"a=b\"",
    "quo\"te,\"quo\\\"te\""
  })
  void aValueIsOneWordOrQuoted(String value, String shown) {
    assertEquals(shown, Stage.plain(value));
  }

  @Test
  void aValueCannotBeginALineOfItsOwn() {
    assertEquals("\"x\\u000astage=forged\"", Stage.plain("x\nstage=forged"));
    assertTrue(Stage.plain("x".repeat(5000)).length() < 500);
  }
}
