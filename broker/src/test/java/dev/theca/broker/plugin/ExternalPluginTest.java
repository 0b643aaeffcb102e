package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.admin.Fields;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.spi.Plugin.Call;
import dev.theca.wire.der.Der;
import dev.theca.wire.der.Pem;
import dev.theca.wire.meter.Meter;
import io.grpc.InsecureServerCredentials;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExternalPluginTest {
  @TempDir Path folder;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<ExternalServer.Asked> asked = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var one : opened.reversed()) one.close();
  }

  private ExternalServer server(Function<ExternalServer.Asked, byte[]> answers) throws Exception {
    return server(0, answers);
  }

  private ExternalServer server(int port, Function<ExternalServer.Asked, byte[]> answers)
      throws Exception {
    var server =
        new ExternalServer(
            port,
            InsecureServerCredentials.create(),
            a -> {
              asked.add(a);
              return answers.apply(a);
            });
    opened.add(server);
    return server;
  }

  private Plugin plugin(String endpoint, String more) {
    String toml =
        "[[plugins]]\nname=\"external\"\nbackends=[{name=\"one\",endpoint=\"%s\"%s}]\n"
            .formatted(endpoint, more);
    var table = Fakes.tables(toml).getFirst();
    var fields = new Fields(PluginCode.BAD_PLUGIN_SETTINGS, "plugins.external", table);
    assertThat(fields.text("name")).isEqualTo("external");
    var plugin = ExternalPlugin.of(fields, Meter.NONE).orThrow();
    opened.add(plugin);
    return plugin;
  }

  private static Call call(String... path) {
    return new Call(
        "PUT", List.of(path), Map.of("a", "1", "b", ""), new byte[] {9}, Optional.empty(), "x");
  }

  private Answer answerTo(byte[] response) throws Exception {
    var plugin = plugin("http://127.0.0.1:" + server(a -> response).port(), "");
    return plugin.handle(call("one", "x"));
  }

  @Test
  void a_request_arrives_whole_and_without_the_backends_name() throws Exception {
    int port = server(a -> ExternalServer.response("hello", 201, "text/plain")).port();
    var answer = plugin("http://127.0.0.1:" + port, "").handle(call("one", "x", "y"));
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.contentType()).isEqualTo("text/plain");
    assertThat(Fakes.text(answer.body())).isEqualTo("hello");
    var one = asked.getFirst();
    assertThat(one.rpc()).isEqualTo("Handle");
    assertThat(one.method()).isEqualTo("PUT");
    assertThat(one.path()).containsExactly("x", "y");
    assertThat(one.query()).isEqualTo(Map.of("a", "1", "b", ""));
    assertThat(one.body()).containsExactly(9);
  }

  @Test
  void the_backend_decides_for_each_request_who_asks_and_what_is_encrypted() throws Exception {
    int port =
        server(
                a ->
                    ExternalServer.flag(
                        a.path().getFirst().equals("admin") == a.rpc().equals("ValidateAuth")))
            .port();
    var plugin = plugin("http://127.0.0.1:" + port, "");
    assertThat(plugin.needsAdmin(call("one", "admin"))).isTrue();
    assertThat(plugin.needsAdmin(call("one", "free"))).isFalse();
    assertThat(plugin.encrypts(call("one", "admin"))).isFalse();
    assertThat(plugin.encrypts(call("one", "free"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 200",
    "200, 200",
    "204, 204",
    "299, 299",
    "404, 404",
    "400, 400",
    "503, 503",
    "100, 502",
    "302, 502",
    "600, 502",
    "-1, 502",
    "2000000000, 502",
  })
  void the_status_is_honoured_within_reason(int given, int answered) throws Exception {
    var answer = answerTo(ExternalServer.response("why\nnot", given, "text/plain"));
    assertThat(answer.status()).isEqualTo(answered);
    if (answered >= 300) {
      var body = Fakes.json(Fakes.text(answer.body()));
      assertThat(body.string("type")).isPresent();
      assertThat(body.string("detail").orElseThrow()).doesNotContain("\n").isNotBlank();
    }
  }

  @Test
  void error_information_passes_as_it_is() throws Exception {
    String body = "{\"type\":\"https://x/y\",\"detail\":\"no\"}";
    var answer = answerTo(ExternalServer.response(body, 403, ""));
    assertThat(Fakes.text(answer.body())).isEqualTo(body);
    assertThat(answer.contentType()).isEqualTo("application/json");
  }

  @Test
  void a_content_type_cannot_carry_headers() throws Exception {
    var answer = answerTo(ExternalServer.response("x", 0, "text/plain\r\nset-cookie: a=b"));
    assertThat(answer.contentType()).isEqualTo("application/octet-stream");
  }

  @Test
  void nonsense_too_much_and_failures_are_502() throws Exception {
    assertThat(answerTo(new byte[] {1, 2, 3}).status()).isEqualTo(502);
    int large = server(a -> ExternalServer.response("x".repeat(1025), 0, "")).port();
    var small = plugin("http://127.0.0.1:" + large, ", max_message_bytes = 1024");
    assertThat(small.handle(call("one")).status()).isEqualTo(502);
    int port =
        server(
                a -> {
                  throw Status.PERMISSION_DENIED.withDescription("secret").asRuntimeException();
                })
            .port();
    var answer = plugin("http://127.0.0.1:" + port, "").handle(call("one"));
    assertThat(answer.status()).isEqualTo(502);
    assertThat(Fakes.text(answer.body())).doesNotContain("secret");
  }

  @Test
  void a_backend_that_is_late_is_504() throws Exception {
    int port =
        server(
                a -> {
                  sleep(2000);
                  return new byte[0];
                })
            .port();
    var plugin = plugin("http://127.0.0.1:" + port, ", timeout_ms = 200");
    assertThat(plugin.handle(call("one")).status()).isEqualTo(504);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_backend_may_come_late_go_and_come_back() throws Exception {
    int port;
    try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var plugin = plugin("http://127.0.0.1:" + port, "");
    assertThat(plugin.handle(call("one")).status()).isIn(503, 504);
    assertThatThrownBy(() -> plugin.needsAdmin(call("one"))).isInstanceOf(Plugin.Unavailable.class);
    for (int i = 0; i < 2; i++) {
      var server = server(port, a -> ExternalServer.response("here", 0, ""));
      // A call waits for it, a second at most; else all five would fail at once.
      int calls = 1;
      while (plugin.handle(call("one")).status() != 200) assertThat(calls++).isLessThan(5);
      server.close();
      assertThat(plugin.handle(call("one")).status()).isIn(503, 504);
    }
  }

  @Test
  void an_unknown_backend_is_404() throws Exception {
    var plugin = plugin("http://127.0.0.1:1", "");
    for (Call call : List.of(call("two"), call())) {
      assertThat(plugin.needsAdmin(call)).isFalse();
      assertThat(plugin.encrypts(call)).isFalse();
      assertThat(plugin.handle(call).status()).isEqualTo(404);
    }
  }

  @Test
  void https_believes_the_given_authority_alone() throws Exception {
    Path good = certificate("good");
    Path other = certificate("other");
    var server =
        new ExternalServer(
            0,
            TlsServerCredentials.create(good.toFile(), folder.resolve("good.key").toFile()),
            a -> ExternalServer.response("tls", 0, ""));
    opened.add(server);
    String endpoint = "https://localhost:" + server.port();
    var plugin = plugin(endpoint, ",ca_cert_path=\"" + good + "\"");
    assertThat(Fakes.text(plugin.handle(call("one")).body())).isEqualTo("tls");
    var stranger = plugin(endpoint, ",ca_cert_path=\"" + other + "\"");
    assertThat(stranger.handle(call("one")).status()).isEqualTo(503);
    var plain = plugin("http://localhost:" + server.port(), "");
    assertThat(plain.handle(call("one")).status()).isEqualTo(503);
  }

  /** A self-signed certificate of localhost, and its key beside it. */
  private Path certificate(String name) throws Exception {
    var key = Requests.ec();
    byte[] spki = key.getPublic().getEncoded();
    byte[] dn = X509Writer.name(name);
    var extensions = new ArrayList<>(X509Writer.end(spki, X509Writer.keyId(spki), false));
    extensions.add(
        X509Writer.extension("2.5.29.17", false, Der.sequence(Der.ia5(0x82, "localhost"))));
    var now = Instant.now();
    byte[] der =
        X509Writer.certificate(
            Signing.of(key.getPrivate(), key.getPublic()),
            dn,
            new X509Writer.Subject(dn, spki),
            BigInteger.TWO,
            new X509Writer.Validity(now.minusSeconds(60), now.plusSeconds(3600)),
            extensions);
    Files.writeString(
        folder.resolve(name + ".key"), Pem.write("PRIVATE KEY", key.getPrivate().getEncoded()));
    return Files.writeString(folder.resolve(name + ".pem"), Pem.write("CERTIFICATE", der));
  }
}
