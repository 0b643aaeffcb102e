package dev.theca.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.store.StoreDown;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontTest {
  private final List<Request> seen = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private Front front = start(FrontConfig.plain("test", "127.0.0.1:0"), this::echo);

  private Answer echo(Request request) {
    seen.add(request);
    return Answer.bytes("text/xml", request.body());
  }

  static Front start(FrontConfig config, Handler handler) {
    return Front.start(config, FrontParts.of(handler)).orThrow();
  }

  private void restart(FrontConfig config, Handler handler) {
    front.close();
    front = start(config, handler);
  }

  @AfterEach
  void stop() {
    front.close();
    client.close();
  }

  private HttpResponse<byte[]> ask(HttpRequest.Builder request) throws Exception {
    return client.send(
        request.version(HttpClient.Version.HTTP_1_1).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(front.url() + path));
  }

  private String get(String target) throws IOException {
    return Raw.once(front, "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  @Test
  void a_request_arrives_whole() throws Exception {
    var answer =
        ask(
            to("/kbs/v0/resource/a/b/c?x=1&x=2&y=a%20b+c")
                .header("Authorization", "Bearer t")
                .header("Cookie", "kbs-session-id=abc")
                .POST(HttpRequest.BodyPublishers.ofString("body")));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).asString().isEqualTo("body");
    assertThat(answer.headers().firstValue("content-type")).hasValue("text/xml");
    assertThat(answer.headers().firstValue("content-length")).hasValue("4");
    var request = seen.getFirst();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/kbs/v0/resource/a/b/c");
    assertThat(request.query()).containsEntry("x", "2").containsEntry("y", "a b c").hasSize(2);
    assertThat(request.bearer()).isEqualTo("t");
    assertThat(request.cookie("kbs-session-id")).isEqualTo("abc");
    assertThat(request.remote()).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "/kbs/v0/auth, /kbs/v0/auth",
    "/kbs/v0//auth, /kbs/v0/auth",
    "//kbs///v0/resource//default/key/1, /kbs/v0/resource/default/key/1",
    "/kbs/v0/auth/, /kbs/v0/auth",
    "/, /",
    "/a%20b, /a b",
    "/%41%42, /AB",
    "/a%252e%252e/b, /a%2e%2e/b",
    "/a+b, /a+b",
    "/%C3%A9, /é",
    "/a;v=1/b, /a;v=1/b",
    "/..a/b.., /..a/b..",
  })
  void a_path_is_decoded_once_and_empty_segments_vanish(String target, String path)
      throws Exception {
    assertThat(get(target)).startsWith("HTTP/1.1 200");
    assertThat(seen.getFirst().path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/../b",
        "/a/./b",
        "/..",
        "/a/%2e%2e/b",
        "/a/.%2E/b",
        "/%2e",
        "/a%2fb",
        "/a%2Fb",
        "/a%00b",
        "/a%0ab",
        "/a%7fb",
        "/%",
        "/%4",
        "/%zz",
        "/%ff",
        "/%c0%af",
        "/%ed%a0%80",
        "/a?x=%zz",
        "/a?x=%ff",
        "/a?x=%00",
        "*",
        "http://other/a/../b",
      })
  void a_path_that_two_readers_may_read_in_two_ways_is_400(String target) throws Exception {
    String answer = get(target);
    assertThat(answer).startsWith("HTTP/1.1 400");
    Raw.problem(answer);
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATCH", "OPTIONS", "TRACE", "PROPFIND"})
  void other_methods_are_405_and_told_which_are_served(String method) throws Exception {
    String answer =
        Raw.once(front, method + " /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer)
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("allow: GET, POST, PUT, DELETE");
    Raw.problem(answer);
  }

  @Test
  void head_is_405_without_a_body() throws Exception {
    String answer = Raw.once(front, "HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 405").endsWith("\r\n\r\n");
  }

  @Test
  void a_body_of_exactly_the_limit_passes_and_one_byte_more_is_413_in_both_forms()
      throws Exception {
    byte[] most = new byte[2 << 20];
    byte[] more = new byte[(2 << 20) + 1];
    assertThat(ask(to("/a").POST(HttpRequest.BodyPublishers.ofByteArray(most))).body())
        .hasSize(most.length);
    assertThat(ask(to("/a").POST(chunked(most))).body()).hasSize(most.length);
    for (var body : List.of(HttpRequest.BodyPublishers.ofByteArray(more), chunked(more))) {
      var answer = ask(to("/a").POST(body));
      assertThat(answer.statusCode()).isEqualTo(413);
      Raw.problem(answer.body());
    }
    assertThat(seen).hasSize(2);
  }

  private static HttpRequest.BodyPublisher chunked(byte[] body) {
    return HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body));
  }

  @Test
  void one_chunk_that_claims_two_gigabytes_is_413_before_it_comes() throws Exception {
    String answer =
        Raw.once(
            front,
            "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\nabc");
    assertThat(answer).startsWith("HTTP/1.1 413");
    Raw.problem(answer);
  }

  @Test
  void a_client_that_expects_to_be_told_is_told_to_go_on() throws Exception {
    try (var raw = new Raw(front)) {
      raw.say("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(raw.header()).startsWith("HTTP/1.1 100");
      assertThat(raw.say("hi").header()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void a_client_that_would_send_too_much_is_told_before_it_does() throws Exception {
    try (var raw = new Raw(front)) {
      raw.say(
          "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n");
      assertThat(raw.header()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void a_bearer_token_of_200_kilobytes_passes_and_a_header_beyond_the_limit_is_json()
      throws Exception {
    String token = "t".repeat(200 << 10);
    var answer = ask(to("/a").header("Authorization", "Bearer " + token).GET());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(seen.getFirst().bearer()).hasSize(200 << 10);
    String refused =
        Raw.once(front, "GET /a HTTP/1.1\r\nHost: x\r\nA: " + "t".repeat(300 << 10) + "\r\n\r\n");
    assertThat(refused).startsWith("HTTP/1.1 4");
    Raw.problem(refused);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONSENSE\r\n\r\n",
        "GET /a HTTP/3.9\r\nHost: x\r\n\r\n",
        "GET /a HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /a HTTP/1.1\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
      })
  void what_is_not_http_is_refused_in_json(String text) throws Exception {
    String answer = Raw.once(front, text);
    assertThat(answer).matches("(?s)HTTP/1.1 (4..|5..).*");
    Raw.problem(answer);
    assertThat(seen).isEmpty();
  }

  @Test
  void a_client_cannot_forge_the_subject_of_a_certificate() throws Exception {
    ask(to("/a").header("X-Theca-Client-Subject", "CN=root").GET());
    assertThat(seen.getFirst().header("x-theca-client-subject")).isEmpty();
  }

  @Test
  void the_database_away_is_503_and_another_fault_500_with_an_id_and_no_words_of_the_client()
      throws Exception {
    var logged = new ArrayList<String>();
    var logger = Logger.getLogger("theca.broker.http");
    var handler =
        new java.util.logging.Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(java.text.MessageFormat.format(record.getMessage(), record.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(handler);
    try {
      restart(
          FrontConfig.plain("test", "127.0.0.1:0"),
          r -> {
            if (r.path().equals("/down")) throw new StoreDown("away", new IOException());
            throw new IllegalArgumentException("bad token " + r.bearer() + r.cookie("c"));
          });
      var down = ask(to("/down").GET());
      assertThat(down.statusCode()).isEqualTo(503);
      assertThat(down.headers().firstValue("retry-after")).isPresent();
      Raw.problem(down.body());
      var fault =
          ask(
              to("/fault")
                  .header("Authorization", "Bearer s3cret-t0ken")
                  .header("Cookie", "c=s3cret-cookie")
                  .POST(HttpRequest.BodyPublishers.ofString("s3cret-body")));
      assertThat(fault.statusCode()).isEqualTo(500);
      String detail = Raw.problem(fault.body()).string("detail").orElseThrow();
      String id = detail.substring(detail.lastIndexOf(' ') + 1);
      assertThat(logged).anyMatch(line -> line.contains(id) && line.contains("stage=http"));
      assertThat(String.join("\n", logged)).doesNotContain("s3cret");
      assertThat(fault.body()).asString().doesNotContain("s3cret");
    } finally {
      logger.removeHandler(handler);
    }
  }

  @Test
  void it_says_that_it_lives() throws Exception {
    var answer = ask(to("/healthz").GET());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(seen).isEmpty();
  }

  @Test
  void it_listens_on_all_its_addresses() throws Exception {
    // a machine may be without IPv6
    String other =
        NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) == null
            ? "127.0.0.2:0"
            : "[::1]:0";
    restart(FrontConfig.plain("test", "127.0.0.1:0", other), this::echo);
    assertThat(front.addresses()).hasSize(2);
    for (var address : front.addresses()) {
      try (var socket = new java.net.Socket(address.getAddress(), address.getPort())) {
        socket
            .getOutputStream()
            .write("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes());
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 200");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:0, plain-http-refused",
    "'[::]:0', plain-http-refused",
    "127.0.0.1, bad-listen-address",
    "127.0.0.1:70000, bad-listen-address",
    "'::1:80', bad-listen-address",
    "'', bad-listen-address",
  })
  void plain_http_for_others_and_what_is_no_address_do_not_start(String listen, String code) {
    var refused = Front.start(FrontConfig.plain("t", listen), FrontParts.of(this::echo));
    assertThat(refused)
        .isInstanceOfSatisfying(
            Outcome.Refused.class, r -> assertThat(r.reasons().toString()).contains(code));
  }

  @Test
  void plain_http_for_others_starts_when_it_is_named_insecure() {
    restart(FrontConfig.plain("t", "0.0.0.0:0").withInsecureHttp(), this::echo);
    assertThat(front.addresses()).hasSize(1);
  }

  @Test
  void forwarded_addresses_are_believed_from_trusted_proxies_only() throws Exception {
    ask(to("/a").header("X-Forwarded-For", "198.51.100.7").GET());
    assertThat(seen.getLast().remote()).isEqualTo("127.0.0.1");
    restart(
        FrontConfig.plain("t", "127.0.0.1:0").withTrustedProxies(List.of("127.0.0.0/8")),
        this::echo);
    ask(to("/a").header("X-Forwarded-For", "203.0.113.9, 198.51.100.7, 127.0.0.3").GET());
    assertThat(seen.getLast().remote())
        .as("the client said 203.0.113.9, the proxy saw 198.51.100.7")
        .isEqualTo("198.51.100.7");
    ask(to("/a").header("X-Forwarded-For", "evil; 127.0.0.1, nonsense").GET());
    assertThat(seen.getLast().remote()).isEqualTo("127.0.0.1");
  }

  @Test
  void two_requests_in_one_packet_are_both_answered() throws Exception {
    try (var raw = new Raw(front)) {
      raw.say(
          "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
              + "GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(raw.rest().split("HTTP/1.1 200", -1)).hasSize(3);
    }
    assertThat(seen).extracting(Request::path).containsExactly("/1", "/2");
  }

  @Test
  void http2_without_tls_is_served_to_those_who_know() throws Exception {
    restart(FrontConfig.plain("t", "127.0.0.1:0"), this::echo);
    try (var raw = new Raw(front)) {
      raw.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      raw.socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      byte[] frame = raw.socket.getInputStream().readNBytes(9);
      assertThat(frame[3]).as("a SETTINGS frame").isEqualTo((byte) 4);
    }
  }
}
