package dev.theca.image.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class DirectTest {
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private ServerSocket server;
  private Direct direct;

  /** What becomes of a connection, from its first request on. */
  private interface Script {
    void serve(Socket socket, BufferedReader in) throws IOException;
  }

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    direct = new Direct(Timeouts.STANDARD.withIdle(Duration.ofMillis(300)));
  }

  @AfterEach
  void end() throws IOException {
    direct.close();
    server.close();
    for (Socket socket : accepted) socket.close();
  }

  private void serving(Script script) {
    Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              Socket socket = server.accept();
              accepted.add(socket);
              Thread.startVirtualThread(() -> served(script, socket));
            }
          } catch (IOException e) {
            return; // closed
          }
        });
  }

  private static void served(Script script, Socket socket) {
    try {
      script.serve(
          socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1)));
    } catch (IOException e) {
      return; // closed
    }
  }

  private static boolean request(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && !line.isEmpty()) line = in.readLine();
    return line != null;
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private Answer get() throws IOException {
    return send(Call.of("GET", "/", Scope.pull("a")));
  }

  private Answer send(Call call) throws IOException {
    var uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/x?y=1");
    return direct.send("plain", Optional.empty(), call, uri, Map.of("Accept", "*/*"));
  }

  private String text() throws IOException {
    try (var answer = get()) {
      return new String(answer.body().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void a_connection_is_used_again_after_its_body_was_read() throws IOException {
    serving(
        (socket, in) -> {
          while (request(in)) say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        });
    assertThat(text() + text() + text()).isEqualTo("hihihi");
    assertThat(accepted).hasSize(1);
  }

  @Test
  void a_connection_that_the_server_has_closed_meanwhile_is_not_used_again() throws IOException {
    serving(
        (socket, in) -> {
          request(in);
          say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
          socket.close();
        });
    assertThat(text() + text()).isEqualTo("hihi");
    assertThat(accepted).hasSize(2);
  }

  @Test
  void what_nobody_asked_for_is_never_taken_for_the_next_answer() throws IOException {
    serving(
        (socket, in) -> {
          request(in);
          // In one piece: what comes later might be the answer to the next request.
          say(
              socket,
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
                  + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        });
    assertThat(text()).isEqualTo("hi");
    for (int i = 0; i < 5; i++) assertThat(text()).isEqualTo("hi");
  }

  @Test
  void chunks_are_put_together_and_what_follows_them_is_left_out() throws IOException {
    serving(
        (socket, in) -> {
          while (request(in))
            say(
                socket,
                "HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2;a=b\r\nab\r\n00A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n");
        });
    assertThat(text() + text()).isEqualTo("ab0123456789ab0123456789");
    assertThat(accepted).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1\r\n", "x\r\n", "2\r\nabc\r\n0\r\n\r\n", "2\r\nab", "5\r\nab"})
  void chunks_that_are_none_break_the_body_off(String body) {
    serving(
        (socket, in) -> {
          request(in);
          say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
          socket.close();
        });
    assertThatThrownBy(this::text).isInstanceOf(IOException.class).hasMessageContaining("broke");
  }

  @Test
  void a_no_in_the_middle_of_a_long_body_is_read() throws IOException {
    serving(
        (socket, in) -> {
          request(in);
          say(socket, "HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n");
          socket.shutdownOutput();
        });
    byte[] megabyte = new byte[1 << 20];
    try (var answer =
        send(Call.of("PUT", "/", Scope.pull("a")).with("x/y", Payload.of(megabyte)))) {
      assertThat(answer.status()).isEqualTo(413);
    }
  }

  @Test
  void a_server_that_takes_no_more_of_a_body_is_left_after_the_idle_limit() {
    var stuck = new CompletableFuture<Boolean>();
    serving((socket, in) -> stuck.join());
    var large = new Payload(java.util.Collections.nCopies(64, new byte[1 << 20]), 64L << 20);
    assertThatThrownBy(() -> send(Call.of("PUT", "/", Scope.pull("a")).with("x/y", large)))
        .isInstanceOf(IOException.class);
    stuck.complete(true);
  }

  @Test
  void a_body_that_stalls_ends_after_the_idle_limit() {
    serving(
        (socket, in) -> {
          request(in);
          say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi");
        });
    assertThatThrownBy(this::text).isInstanceOf(HttpTimeoutException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoever_waits_for_a_body_can_be_interrupted(boolean virtual) throws Exception {
    direct = new Direct(Timeouts.STANDARD);
    var reading = new CompletableFuture<Boolean>();
    serving(
        (socket, in) -> {
          request(in);
          say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi");
          reading.complete(true);
        });
    var ended = new CompletableFuture<Throwable>();
    Runnable work =
        () -> {
          try {
            ended.complete(new AssertionError(text()));
          } catch (IOException e) {
            ended.complete(e);
          }
        };
    var thread = virtual ? Thread.startVirtualThread(work) : Thread.ofPlatform().start(work);
    assertThat(reading.get()).isTrue();
    thread.interrupt();
    assertThat(ended.get()).isInstanceOf(InterruptedIOException.class);
    thread.join();
  }

  @Test
  void a_field_cannot_carry_a_second_one() {
    var uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    var call = Call.of("GET", "/", Scope.pull("a"));
    assertThatThrownBy(
            () -> direct.send("plain", Optional.empty(), call, uri, Map.of("A", "b\r\nC: d")))
        .isInstanceOf(IOException.class);
    assertThat(accepted).isEmpty();
  }
}
