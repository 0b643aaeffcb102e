package dev.theca.wire.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.proto.ProtoWriter;
import dev.theca.wire.rpc.RpcStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our client and our server. */
@Timeout(120)
class GrpcTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private Echo echo;
  private GrpcClient client;

  @BeforeEach
  void start() throws Exception {
    echo = new Echo(folder.resolve("s"));
    client = new GrpcClient(echo.socket, 16 << 20);
  }

  @AfterEach
  void stop() {
    client.close();
    echo.close();
  }

  private static ProtoWriter text(String text) {
    return new ProtoWriter().string(1, text);
  }

  private String call(String method, String text) {
    var in = client.call("t.Echo", method, text(text), LIMIT, "k", "v");
    String answer = "";
    while (in.next()) answer = in.string();
    return answer;
  }

  @Test
  void a_call_is_answered() {
    assertThat(call("Say", "hi")).isEqualTo("hi");
    assertThat(call("Say", "")).isEmpty();
  }

  @Test
  void messages_beyond_every_window_go_both_ways() {
    for (int size : new int[] {16_000, 16_384, 65_535, 65_536, 200_000, 4_000_000}) {
      String much = "x".repeat(size);
      assertThat(call("Say", much)).isEqualTo(much);
    }
  }

  @Test
  void a_request_beyond_4_mib_is_refused_with_both_sizes() {
    assertThatThrownBy(() -> call("Say", "x".repeat(5 << 20)))
        .isInstanceOf(GrpcException.class)
        .hasMessageContaining("RESOURCE_EXHAUSTED")
        .hasMessageContaining("4194304");
  }

  @Test
  void an_answer_beyond_the_clients_bound_is_refused() {
    try (var small = new GrpcClient(echo.socket, 100)) {
      assertThatThrownBy(() -> small.call("t.Echo", "Say", text("x".repeat(200)), LIMIT))
          .hasMessageContaining("RESOURCE_EXHAUSTED");
    }
  }

  @Test
  void a_status_keeps_its_code_and_any_words() {
    assertThatThrownBy(() -> call("No", ""))
        .isInstanceOfSatisfying(
            GrpcException.class,
            e -> {
              assertThat(e.status()).isEqualTo(RpcStatus.NOT_FOUND);
              assertThat(e.words()).isEqualTo("nichts da: 100 % \u00fc\n");
            });
    assertThatThrownBy(() -> call("Bug", ""))
        .hasMessageContaining("INTERNAL")
        .hasMessageContaining("broken");
    assertThatThrownBy(() -> call("Nothing", "")).hasMessageContaining("UNIMPLEMENTED");
  }

  @Test
  void many_answers_come_in_order_until_the_end() {
    var answers = client.stream("t.Echo", "Many", new ProtoWriter().varint(12, 1));
    var sizes = new ArrayList<Integer>();
    answers.forEachRemaining(answer -> sizes.add(answer.length));
    assertThat(sizes).hasSize(12 << 3).containsOnly(10_000); // the tag of field 12
  }

  @Test
  void calls_run_side_by_side() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = new ArrayList<Future<String>>();
      for (int i = 0; i < 20; i++) waiting.add(threads.submit(() -> call("Wait", "later")));
      for (int i = 0; i < 50; i++) assertThat(call("Say", "now")).isEqualTo("now");
      assertThat(waiting).noneMatch(Future::isDone);
      echo.blocked.countDown();
      for (var one : waiting) assertThat(one.get()).isEqualTo("later");
    }
  }

  @Test
  void a_call_that_takes_too_long_ends_at_its_limit() {
    assertThatThrownBy(() -> client.call("t.Echo", "Wait", text(""), Duration.ofMillis(50)))
        .hasMessageContaining("DEADLINE_EXCEEDED");
  }

  @Test
  void nobody_there_is_unavailable_and_so_is_a_server_that_ends() throws Exception {
    try (var nobody = new GrpcClient(folder.resolve("none"), 100)) {
      assertThatThrownBy(() -> nobody.call("t.Echo", "Say", text(""), LIMIT))
          .hasMessageContaining("UNAVAILABLE");
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> call("Wait", ""));
      while (call("Say", "x").isEmpty()) Thread.onSpinWait();
      echo.close();
      assertThatThrownBy(waiting::get).rootCause().isInstanceOf(Exception.class);
    }
  }

  @Test
  void closing_the_client_ends_a_stream_that_waits() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = client.stream("t.Echo", "Wait", text(""));
      var waiting = threads.submit(answers::hasNext);
      client.close();
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(GrpcException.class);
      assertThatThrownBy(() -> call("Say", "")).hasMessageContaining("CANCELLED");
    }
  }

  @Test
  void words_are_quoted_as_the_protocol_says() {
    String words = "a%b\u00e4\n\u20ac~ ";
    assertThat(Blocks.quoted(words)).isEqualTo("a%25b%C3%A4%0A%E2%82%AC~ ");
    assertThat(Blocks.plain(Blocks.quoted(words))).isEqualTo(words);
    assertThat(Blocks.plain("100%, %g1 %4")).isEqualTo("100%, %g1 %4");
    assertThat(Blocks.quoted("x".repeat(10_000)).getBytes(UTF_8)).hasSize(4096);
  }
}
