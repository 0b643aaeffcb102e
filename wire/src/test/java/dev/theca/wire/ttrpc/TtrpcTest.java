package dev.theca.wire.ttrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.rpc.RpcStatus;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TtrpcTest {
  @TempDir Path folder;
  private final CountDownLatch blocked = new CountDownLatch(1);
  private TtrpcServer server;
  private TtrpcClient client;

  @BeforeEach
  void start() {
    Path socket = folder.resolve("s");
    server =
        TtrpcServer.start(
            socket,
            Map.of(
                "t.Echo/Say",
                    call -> (new String(call.payload(), UTF_8) + call.metadata()).getBytes(UTF_8),
                "t.Echo/Wait",
                    call -> {
                      blocked.await();
                      return new byte[0];
                    },
                "t.Echo/No",
                    call -> {
                      throw new TtrpcException(
                          RpcStatus.NOT_FOUND,
                          "nothing here",
                          List.of(new TtrpcException.Detail("x.Y", new byte[] {7})));
                    },
                "t.Echo/Bug",
                    call -> {
                      throw new IllegalStateException("broken");
                    }),
            peer -> true);
    client = TtrpcClient.connect(socket);
  }

  @AfterEach
  void stop() {
    blocked.countDown();
    client.close();
    server.close();
    assertThat(Files.exists(folder.resolve("s"))).isFalse();
  }

  private byte[] call(String method, String text) {
    return client.call(
        "t.Echo", method, text.getBytes(UTF_8), Duration.ofSeconds(10), Map.of("k", "v"));
  }

  @Test
  void a_call_is_answered_with_its_payload_and_sees_its_metadata() {
    assertThat(new String(call("Say", "hi"), UTF_8)).isEqualTo("hi{k=v}");
  }

  @Test
  void a_blocked_call_does_not_hold_up_another() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> call("Wait", ""));
      for (int i = 0; i < 50; i++)
        assertThat(call("Say", "x".repeat(1000))).hasSizeGreaterThan(1000);
      assertThat(waiting.isDone()).isFalse();
      blocked.countDown();
      assertThat(waiting.get()).isEmpty();
    }
  }

  @Test
  void a_status_keeps_its_code_words_and_details() {
    assertThatThrownBy(() -> call("No", ""))
        .isInstanceOfSatisfying(
            TtrpcException.class,
            e -> {
              assertThat(e.status()).isEqualTo(RpcStatus.NOT_FOUND);
              assertThat(e).hasMessage("nothing here");
              assertThat(e.details())
                  .singleElement()
                  .matches(d -> d.type().equals("x.Y") && d.value()[0] == 7);
            });
    assertThatThrownBy(() -> call("Bug", "")).hasMessage("broken");
    assertThatThrownBy(() -> call("Nowhere", "")).hasMessageContaining("no method");
  }

  @Test
  void a_frame_of_more_than_4_mib_is_refused_and_the_connection_lives_on() throws Exception {
    try (var raw = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      raw.connect(UnixDomainSocketAddress.of(folder.resolve("s")));
      int size = Frame.MAX_DATA + 1;
      raw.write(ByteBuffer.allocate(10).putInt(size).putInt(1).put((byte) 1).put((byte) 0).flip());
      var rest = ByteBuffer.allocate(size);
      while (rest.hasRemaining()) raw.write(rest);
      assertThatThrownBy(() -> TtrpcAnswer.open(Frame.read(raw).data()))
          .hasMessageContaining("exceeds 4 MiB");
      var again = new TtrpcCall("t.Echo", "Say", new byte[] {'a'}, Duration.ZERO, Map.of());
      Frame.write(raw, 3, Frame.REQUEST, again.encode());
      assertThat(new String(TtrpcAnswer.open(Frame.read(raw).data()), UTF_8)).isEqualTo("a{}");
      Frame.write(raw, 3, Frame.REQUEST, again.encode());
      assertThatThrownBy(() -> TtrpcAnswer.open(Frame.read(raw).data()))
          .hasMessageContaining("out of order");
    }
  }

  @Test
  void a_lost_server_ends_open_calls() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> call("Wait", ""));
      call("Say", "");
      server.close();
      assertThatThrownBy(waiting::get).rootCause().isInstanceOf(TtrpcException.class);
    }
  }
}
