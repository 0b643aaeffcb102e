package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform.Knobs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that are too large, too deep, or no JSON, at every path that reads some; slow clients. */
class BadInputTest {
  private static Provisioning platform;
  private static Running broker;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException {
    platform = new Provisioning(Knobs.good());
    broker =
        new Scene(folder, platform)
            .top("trusted_proxies = [\"127.0.0.1\"]")
            .tables("[deadlines]\nheader_seconds = 120\nbody_seconds = 120")
            .provisioned();
  }

  @AfterAll
  static void end() {
    broker.close();
    platform.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(String before, int[] raw, String after) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(utf8(before));
    for (int b : raw) out.write(b);
    out.writeBytes(utf8(after));
    return out.toByteArray();
  }

  static Stream<Arguments> bodies() {
    String hello = "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":";
    return Stream.of(
        Arguments.of("nothing", new byte[0]),
        Arguments.of("3 MB", utf8(hello + "\"" + "x".repeat(3 << 20) + "\"}")),
        Arguments.of("a string of 1 MB", utf8(hello + "\"" + "x".repeat(1 << 20) + "\"}")),
        Arguments.of(
            "100000 arrays deep", utf8(hello + "[".repeat(100_000) + "]".repeat(100_000) + "}")),
        Arguments.of(
            "100000 objects deep", utf8("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000))),
        Arguments.of("never closed", utf8("[".repeat(500_000))),
        Arguments.of(
            "a member twice",
            utf8(
                "{\"version\":\"0.4.0\",\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\",\"policy\":\"\",\"policy\":\"\",\"type\":\"sample\",\"type\":\"sample\",\"name\":\"a\",\"name\":\"a\",\"jti\":\"a\",\"jti\":\"a\"}")),
        Arguments.of(
            "a member twice, once escaped",
            utf8(
                "{\"tee\":\"sgx\",\"te\\u0065\":\"snp\",\"version\":\"0.4.0\",\"extra-params\":\"\"}")),
        Arguments.of("a number of 100000 digits", utf8(hello + "9".repeat(100_000) + "}")),
        Arguments.of(
            "an exponent without end",
            utf8("{\"version\":1e999999999,\"roles\":1e999999999,\"bytes\":1e999999999}")),
        Arguments.of(
            "bytes that are no UTF-8",
            joined("{\"version\":\"", new int[] {0xC0, 0xAF, 0xFF, 0xFE}, "\"}")),
        Arguments.of(
            "half a surrogate", joined("{\"version\":\"", new int[] {0xED, 0xA0, 0x80}, "\"}")),
        Arguments.of("half an escaped surrogate", utf8("{\"tee\":\"\\ud800\"}")),
        Arguments.of("UTF-16", "{\"version\":\"0.4.0\"}".getBytes(StandardCharsets.UTF_16)),
        Arguments.of(
            "a byte order mark", joined("", new int[] {0xEF, 0xBB, 0xBF}, hello + "\"\"}")),
        Arguments.of("an array", utf8("[]")),
        Arguments.of("null", utf8("null")),
        Arguments.of("more behind it", utf8(hello + "\"\"}{}")),
        Arguments.of("a comment", utf8("{/* */}")),
        Arguments.of("NaN", utf8("{\"version\":NaN}")),
        Arguments.of("zeroes", new byte[4096]),
        Arguments.of("gzip", joined("", new int[] {0x1F, 0x8B, 8, 0, 0, 0, 0, 0}, "xxxx")));
  }

  /** Paths that read JSON, and whether an administrator's token belongs to them. */
  private static final List<String> READERS =
      List.of(
          "POST /kbs/v0/auth",
          "POST /kbs/v0/attest",
          "POST /kbs/v0/resource-policy",
          "POST /kbs/v0/attestation-policy",
          "POST /kbs/v0/reference-value",
          "POST /theca/v1/admin-tokens",
          "POST /theca/v1/revocations",
          "POST /theca/v1/trials",
          "PUT /theca/v1/tenants/default/quota",
          "POST /theca/v1/tenants/default/resources/key/new/generate",
          "POST /theca/v1/policies/resource/resource-policy/rollback",
          "PUT /kbs/v0/anchor/volume");

  private static HttpResponse<String> send(String reader, byte[] body, String type, String from)
      throws Exception {
    String[] parts = reader.split(" ");
    var request =
        HttpRequest.newBuilder(URI.create(broker.boot("url") + parts[1]))
            .method(parts[0], HttpRequest.BodyPublishers.ofByteArray(body))
            .header("X-Forwarded-For", from);
    if (!type.isEmpty()) request.header("Content-Type", type);
    boolean client = parts[1].endsWith("/attest") || parts[1].contains("/anchor/");
    if (client) request.header("Cookie", Guest.auth(broker).cookie());
    else if (!parts[1].endsWith("/auth")) request.header("Authorization", "Bearer " + broker.token);
    return broker.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void a_body_that_is_none_is_refused_in_json_and_soon(String name, byte[] body) throws Exception {
    for (String reader : READERS) {
      long start = System.nanoTime();
      var answer = send(reader, body, "application/json", "198.51.100.1");
      assertThat((System.nanoTime() - start) / 1_000_000).as(reader).isLessThan(20_000);
      assertThat(answer.statusCode()).as(reader + ": " + name + answer.body()).isIn(400, 401, 413);
      if (answer.statusCode() == 401)
        assertThat(reader).as(answer.body()).containsAnyOf("/anchor/", "/auth ");
      var json = Running.json(answer);
      assertThat(json.string("type").orElse("")).startsWith("https://");
      assertThat(json.string("detail").orElse("")).isNotEmpty().hasSizeLessThan(2000);
    }
  }

  @Test
  void the_content_type_is_not_asked_as_clients_of_the_field_send_any() throws Exception {
    byte[] hello = utf8("{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":null,\"more\":1}");
    for (String type :
        List.of("", "application/json", "text/plain", "multipart/form-data", "a/b;c"))
      assertThat(send("POST /kbs/v0/auth", hello, type, "198.51.100.2").statusCode())
          .as(type)
          .isEqualTo(200);
  }

  /** What is logged while it is open: what strangers can make grow must not be a file. */
  private static final class Log extends Handler {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    Log() {
      Logger.getLogger("").addHandler(this);
    }

    @Override
    public void publish(LogRecord line) {
      lines.add(line.getLoggerName() + ": " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    Queue<String> closed() {
      Logger.getLogger("").removeHandler(this);
      return lines;
    }
  }

  @Test
  void hundreds_of_slow_clients_keep_nobody_waiting() throws Exception {
    var url = URI.create(broker.boot("url"));
    var slow = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 300; i++) {
        var socket = new Socket(url.getHost(), url.getPort());
        slow.add(socket);
        String part =
            switch (i % 3) {
              case 0 -> "POST /kbs/v0/au";
              case 1 -> "POST /kbs/v0/auth HTTP/1.1\r\nHost: x\r\nX-Slow: ";
              default -> "POST /kbs/v0/auth HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n{";
            };
        socket.getOutputStream().write(utf8(part));
      }
      var guest = new Guest(platform);
      long[] millis = new long[40];
      for (int i = 0; i < millis.length; i++) {
        for (int s = 0; s < slow.size(); s += 7)
          if (!slow.get(s).isClosed()) slow.get(s).getOutputStream().write('x');
        long start = System.nanoTime();
        assertThat(guest.opened(Guest.bearer(broker, guest.token(broker), "default/key/one")))
            .isEqualTo(Scene.SECRET);
        millis[i] = (System.nanoTime() - start) / 1_000_000;
      }
      var log = new Log();
      for (Socket socket : slow) socket.close();
      Thread.sleep(300);
      assertThat(log.closed()).as("clients that leave are no news").isEmpty();
      // whoever waited for one of them would wait for its deadline
      assertThat(Arrays.stream(millis).max().orElseThrow())
          .as(Arrays.toString(millis))
          .isLessThan(20_000);
    } finally {
      for (Socket socket : slow) socket.close();
    }
  }
}
