package dev.theca.image.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DirectServerTest {
  private static final int MOST = 64;

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile String answer = "";
  private ServerSocket listener;
  private DirectServer server;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    server =
        new DirectServer(
            URI.create("http://127.0.0.1:" + listener.getLocalPort()),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            MOST);
    Thread.startVirtualThread(this::accept);
  }

  @AfterEach
  void end() throws IOException {
    server.close();
    listener.close();
    for (Socket socket : accepted) socket.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        accepted.add(socket);
        connections.incrementAndGet();
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket socket) {
    try {
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        asked.add(line);
        if (!line.isEmpty() || answer.isEmpty()) continue;
        socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private static String of(String status, String fields, String body) {
    return "HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(status, fields, body.length(), body);
  }

  @Test
  void status_fields_and_body_are_told_and_the_connection_is_kept() throws IOException {
    answer = of("403 no", "set-cookie: a=1\r\nSet-Cookie: b=2\r\n", "because");
    for (int i = 0; i < 2; i++) {
      var said = server.ask("GET", "/x?y=z", Map.of("Cookie", "s=1"), new byte[0]);
      assertThat(said.status()).isEqualTo(403);
      assertThat(said.all("Set-Cookie")).containsExactly("a=1", "b=2");
      assertThat(said.body()).isEqualTo("because".getBytes(ISO_8859_1));
    }
    assertThat(asked).contains("GET /x?y=z HTTP/1.1", "Cookie: s=1");
    assertThat(connections).hasValue(1);
  }

  @Test
  void a_redirect_is_an_answer_like_any_other() throws IOException {
    answer = of("302 there", "Location: /elsewhere\r\n", "");
    assertThat(server.ask("GET", "/", Map.of(), new byte[0]).status()).isEqualTo(302);
    assertThat(asked).doesNotContain("GET /elsewhere HTTP/1.1");
  }

  @Test
  void an_answer_as_long_as_may_be_is_taken_and_one_that_is_longer_is_a_fault() throws IOException {
    answer = of("200 yes", "", "x".repeat(MOST));
    assertThat(server.ask("GET", "/", Map.of(), new byte[0]).body()).hasSize(MOST);
    answer = of("200 yes", "", "x".repeat(MOST + 1));
    assertThatThrownBy(() -> server.ask("GET", "/", Map.of(), new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than " + MOST + " bytes");
  }

  @Test
  void who_waits_for_a_silent_server_can_be_interrupted() throws InterruptedException {
    var fault = new AtomicBoolean();
    var waiting =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    var unused = server.ask("GET", "/", Map.of(), new byte[0]);
                  } catch (IOException e) {
                    fault.set(Thread.currentThread().isInterrupted());
                  }
                });
    while (!asked.contains("")) Thread.onSpinWait(); // the whole request is there
    waiting.interrupt();
    waiting.join();
    assertThat(fault).isTrue();
  }
}
