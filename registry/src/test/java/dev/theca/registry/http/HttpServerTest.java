package dev.theca.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.TestAuthority;
import dev.theca.wire.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server under everything: what it takes, what it refuses, and whom it does not wait for. */
class HttpServerTest {
  private static final InetSocketAddress FREE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final HttpBounds QUICK =
      HttpBounds.DEFAULT.withHead(Duration.ofMillis(400)).withIdle(Duration.ofMillis(400));

  @TempDir Path folder;

  /** Answers with what it understood. */
  private static void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.body().readAllBytes();
    String text = exchange.head().method() + " " + exchange.head().path() + " " + body.length;
    exchange.answer(200, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Socket connected(HttpServer server) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String said(HttpServer server, String request) throws IOException {
    try (var socket = connected(server)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return rest(socket.getInputStream());
    }
  }

  private static String rest(InputStream in) throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SocketException e) {
      all.writeBytes("(reset)".getBytes(StandardCharsets.US_ASCII));
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void several_requests_go_over_one_connection() throws IOException {
    try (var server = HttpServer.plain(FREE, HttpBounds.DEFAULT, HttpServerTest::echo)) {
      String answers =
          said(
              server,
              "GET /a%20b?x HTTP/1.1\r\nHost: h\r\n\r\n"
                  + "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                  + "POST /d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + "2;x=y\r\nab\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\n"
                  + "HEAD /e HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(answers).contains("GET /a b 0", "POST /c 3", "POST /d 12");
      assertThat(answers).doesNotContain("HEAD /e").contains("Connection: close");
    }
  }

  @Test
  void a_body_is_asked_for_when_the_client_waits() throws IOException {
    try (var server = HttpServer.plain(FREE, HttpBounds.DEFAULT, HttpServerTest::echo)) {
      String answer =
          said(
              server,
              "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-continue\r\n"
                  + "Connection: close\r\n\r\nx");
      assertThat(answer).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "400|GET / HTTP/1.1\r\n\r\n",
        "400|GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "400|GET /\r\n\r\n",
        "400|GET / HTTP/1.1\nHost: h\n\n",
        "400|GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        "400|GET / HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n",
        "400|GET / HTTP/1.1\r\nHost: h\r\nA: b\rc\r\n\r\n",
        "400|GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
        "400|GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n",
        "400|GET http://x HTTP/1.1\r\nHost: h\r\n\r\n",
        "400|PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
        "400|PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "400|PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "501|PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "400|PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "400|PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        "417|PUT / HTTP/1.1\r\nHost: h\r\nExpect: more\r\n\r\n",
        "505|GET / HTTP/2.0\r\nHost: h\r\n\r\n",
      })
  void what_readers_disagree_about_is_refused(String expectedAndRequest) throws IOException {
    int bar = expectedAndRequest.indexOf('|');
    try (var server = HttpServer.plain(FREE, HttpBounds.DEFAULT, HttpServerTest::echo)) {
      assertThat(said(server, expectedAndRequest.substring(bar + 1)))
          .startsWith("HTTP/1.1 " + expectedAndRequest.substring(0, bar));
    }
  }

  @Test
  void a_head_that_is_too_large_is_refused() throws IOException {
    try (var server = HttpServer.plain(FREE, HttpBounds.DEFAULT, HttpServerTest::echo)) {
      String start = "GET / HTTP/1.1\r\nHost: h\r\n";
      assertThat(said(server, start + "A: " + "x".repeat(17_000) + "\r\n"))
          .startsWith("HTTP/1.1 431");
      assertThat(said(server, start + ("A: " + "x".repeat(9000) + "\r\n").repeat(4)))
          .startsWith("HTTP/1.1 431");
      assertThat(said(server, start + "A: x\r\n".repeat(101))).startsWith("HTTP/1.1 431");
    }
  }

  @Test
  void who_tries_tls_is_told_at_once() throws IOException {
    try (var server = HttpServer.plain(FREE, HttpBounds.DEFAULT, HttpServerTest::echo)) {
      assertThat(said(server, "\u0016\u0003\u0001\u0002")).contains("speaks HTTP, not TLS");
    }
  }

  @Test
  void who_says_nothing_or_little_is_not_waited_for() throws Exception {
    try (var server = HttpServer.plain(FREE, QUICK, HttpServerTest::echo)) {
      for (String begun :
          new String[] {
            "",
            "GET / HT",
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
            "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\nabc"
          }) {
        long start = System.nanoTime();
        said(server, begun);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
      }
      try (var drip = connected(server)) {
        long start = System.nanoTime();
        drip.getOutputStream()
            .write(
                "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        boolean closed = false;
        while (!closed && System.nanoTime() - start < 60_000_000_000L) {
          Thread.sleep(50);
          try {
            drip.getOutputStream().write('x');
          } catch (SocketException e) {
            closed = true;
          }
        }
        assertThat(closed).as("a byte now and then is not enough").isTrue();
      }
    }
  }

  @Test
  void who_does_not_read_is_not_waited_for_and_a_slow_reader_gets_all() throws Exception {
    byte[] large = new byte[40 << 20];
    new Random(1).nextBytes(large);
    Path file = Files.write(folder.resolve("large"), large);
    HttpHandler handler =
        exchange -> {
          try (var content = FileChannel.open(file)) {
            exchange.answer(200, content, 0, large.length);
          }
        };
    byte[] request =
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    try (var server = HttpServer.plain(FREE, QUICK, handler)) {
      try (var deaf = connected(server)) {
        deaf.getOutputStream().write(request);
        for (int i = 0; i < 100 && server.connections() == 0; i++) Thread.sleep(25);
        for (int i = 0; i < 1000 && server.connections() > 0; i++) Thread.sleep(25);
        assertThat(server.connections()).isZero();
      }
    }
    // slower as a whole than the server would wait for a peer that takes nothing
    try (var server = HttpServer.plain(FREE, QUICK.withIdle(Duration.ofSeconds(2)), handler)) {
      try (var slow = connected(server)) {
        slow.getOutputStream().write(request);
        var got = new ByteArrayOutputStream();
        byte[] block = new byte[4 << 20];
        for (int n; (n = slow.getInputStream().readNBytes(block, 0, block.length)) > 0; ) {
          got.write(block, 0, n);
          Thread.sleep(300);
        }
        byte[] body = got.toByteArray();
        assertThat(
                java.util.Arrays.equals(
                    body, body.length - large.length, body.length, large, 0, large.length))
            .isTrue();
      }
    }
  }

  @Test
  void one_connection_too_many_is_closed() throws Exception {
    try (var server =
            HttpServer.plain(FREE, HttpBounds.DEFAULT.withConnections(2), HttpServerTest::echo);
        var one = connected(server);
        var two = connected(server)) {
      one.getOutputStream().write('G');
      two.getOutputStream().write('G');
      for (int i = 0; i < 400 && server.connections() < 2; i++) Thread.sleep(25);
      assertThat(said(server, "")).isIn("", "(reset)");
      one.getOutputStream()
          .write(
              "ET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(rest(one.getInputStream())).contains("GET / 0");
    }
  }

  @Test
  void tls_files_that_change_are_loaded_and_broken_ones_are_not() throws Exception {
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    var first = new TestAuthority("first");
    var second = new TestAuthority("second");
    first.writeServer("a", certificate, key);
    var identity = TlsIdentity.open(certificate, key).orThrow();
    try (var server = HttpServer.tls(FREE, HttpBounds.DEFAULT, identity, HttpServerTest::echo)) {
      assertThat(saidOverTls(server, first)).contains("GET /tls 0");
      assertThat(said(server, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")).contains("speaks TLS");
      Files.writeString(key, "nonsense");
      later(key, 5);
      assertThat(saidOverTls(server, first)).contains("GET /tls 0");
      second.writeServer("b", certificate, key);
      later(key, 10);
      assertThat(saidOverTls(server, second)).contains("GET /tls 0");
      try {
        assertThat(saidOverTls(server, first)).as("the old authority").isEmpty();
      } catch (SSLHandshakeException e) {
        assertThat(e).isNotNull();
      }
    }
    Files.writeString(key, "nonsense");
    assertThat(TlsIdentity.open(certificate, key)).isInstanceOf(Outcome.Refused.class);
    assertThat(TlsIdentity.open(certificate, folder.resolve("none")))
        .isInstanceOf(Outcome.Refused.class);
  }

  private static void later(Path file, int seconds) throws Exception {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
    Thread.sleep(1100); // files are looked at once a second
  }

  private static String saidOverTls(HttpServer server, TestAuthority authority) throws IOException {
    try (var socket =
        authority
            .client()
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /tls HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return rest(socket.getInputStream());
    }
  }

  @Test
  void a_file_leaves_whole_over_tls() throws Exception {
    byte[] large = new byte[(3 << 20) + 17];
    new Random(3).nextBytes(large);
    Path file = Files.write(folder.resolve("large"), large);
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    var authority = new TestAuthority("one");
    authority.writeServer("a", certificate, key);
    HttpHandler handler =
        exchange -> {
          try (var content = FileChannel.open(file)) {
            exchange.answer(200, content, 5, large.length - 5);
          }
        };
    var identity = TlsIdentity.open(certificate, key).orThrow();
    try (var server = HttpServer.tls(FREE, HttpBounds.DEFAULT, identity, handler)) {
      String got = saidOverTls(server, authority);
      assertThat(got).endsWith(new String(large, 5, large.length - 5, StandardCharsets.ISO_8859_1));
    }
  }
}
