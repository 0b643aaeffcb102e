package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.node.control.ControlSocket.Answer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The daemon's end of the launcher's protocol, against peers that are no launchers. */
class ControlSocketTest {
  @TempDir Path folder;

  private Path socket() {
    return folder.resolve("node.sock");
  }

  private SocketChannel peer() throws IOException {
    var peer = SocketChannel.open(StandardProtocolFamily.UNIX);
    peer.connect(UnixDomainSocketAddress.of(socket()));
    return peer;
  }

  private static boolean answered(SocketChannel peer) {
    try {
      return peer.read(ByteBuffer.allocate(1)) > 0;
    } catch (IOException e) {
      return false; // thrown out
    }
  }

  private static final String EMPTY = "00000024" + "00000000".repeat(9);

  @Test
  void nine_empty_fields_are_a_request() throws Exception {
    try (var _ = ControlSocket.listen(socket(), call -> Answer.ok(new byte[0]));
        var peer = peer()) {
      peer.write(ByteBuffer.wrap(HexFormat.of().parseHex(EMPTY)));
      assertThat(answered(peer)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "00", // no length
    "00000000", // too short to hold nine fields
    "00000023",
    "ffffffff",
    "7fffffff",
    "00a10025", // more than the greatest input with the longest texts
    "00000024ffffffff", // a field longer than what is left
    "0000002400000021",
    "0000002400000100aabb",
    "00000024000000000000000000000000", // it ends early
    "000000250000000100000000", // and here
    "0000002500000001ff0000000000000000000000000000000000000000000000000000000000000000", // no
    // UTF-8
    "00000025000000000000000000000000000000000000000000000000000000000000000000000000aa", // and
    // more
  })
  void a_malformed_request_gets_no_answer_and_hurts_nobody(String hex) throws Exception {
    try (var _ = ControlSocket.listen(socket(), call -> Answer.ok(new byte[0]))) {
      try (var peer = peer()) {
        peer.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
        peer.shutdownOutput();
        assertThat(answered(peer)).isFalse();
      }
      var next = Launched.in(folder, new byte[0], "-id", "x", "start");
      assertThat(next.code()).as(next.err()).isZero();
      assertThat(Files.exists(socket())).isTrue();
    }
  }

  @Test
  void who_says_nothing_is_thrown_out() throws Exception {
    var limits = new ControlSocket.Limits(1, Duration.ofMillis(50));
    try (var _ = ControlSocket.listen(socket(), call -> Answer.ok(new byte[0]), limits);
        var silent = peer();
        var slow = peer()) {
      begin(slow);
      assertThat(answered(silent)).isFalse();
      assertThat(answered(slow)).as("there is one place only, and it was free again").isFalse();
    }
  }

  private static void begin(SocketChannel peer) {
    try {
      peer.write(ByteBuffer.wrap(new byte[] {0, 0, 0}));
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("pipe"); // thrown out before it said anything
    }
  }

  @Test
  void so_many_calls_at_a_time_and_no_more() throws Exception {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    var going = new Semaphore(0);
    var limits = new ControlSocket.Limits(3, Duration.ofSeconds(30));
    ControlSocket.Handler handler =
        call -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          going.acquire();
          now.decrementAndGet();
          return Answer.ok(new byte[] {1});
        };
    try (var _ = ControlSocket.listen(socket(), handler, limits)) {
      var all = new ArrayList<CompletableFuture<Launched>>();
      for (int i = 0; i < 9; i++)
        all.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return Launched.in(folder, new byte[0], "-id", "x", "start");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                },
                run -> Thread.ofVirtual().start(run)));
      while (now.get() < 3) Thread.onSpinWait();
      going.release(9);
      for (var one : all) assertThat(one.get().out()).containsExactly(1);
      assertThat(most).hasValue(3);
    }
  }

  @Test
  void a_fault_of_the_handler_is_words_for_the_caller() throws Exception {
    ControlSocket.Handler handler =
        call -> {
          throw new IllegalStateException("the disk is full");
        };
    try (var _ = ControlSocket.listen(socket(), handler)) {
      var ended = Launched.in(folder, new byte[0], "-id", "x", "start");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).isEqualTo("theca: start: the disk is full\n");
    }
  }
}
