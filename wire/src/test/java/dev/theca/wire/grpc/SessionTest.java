package dev.theca.wire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.http2.ErrorCode;
import dev.theca.wire.http2.Frame;
import dev.theca.wire.http2.FrameIn;
import dev.theca.wire.http2.Frames;
import dev.theca.wire.http2.HpackEncoder;
import dev.theca.wire.http2.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a peer may do to a connection, frame by frame. */
@Timeout(120)
class SessionTest {
  private static final String OK =
      "HEADERS %d :status=200 content-type=application/grpc\nDATA %d %d\nHEADERS %d grpc-status=0\n";

  @TempDir Path folder;
  private Echo echo;

  @BeforeEach
  void start() throws Exception {
    echo = new Echo(folder.resolve("s"));
  }

  @AfterEach
  void stop() {
    echo.close();
  }

  private static String ok(int stream, int size) {
    return OK.formatted(stream, stream, size + 5, stream);
  }

  @Test
  void calls_on_one_connection_are_answered_out_of_order() throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.call(1, "t.Echo/Wait", "slow");
      peer.call(3, Echo.SAY, "quick");
      assertThat(peer.answer()).isEqualTo(ok(3, 5));
      echo.blocked.countDown();
      assertThat(peer.answer()).isEqualTo(ok(1, 4));
    }
  }

  @Test
  void a_request_may_come_in_any_pieces() throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.open(1, Echo.SAY);
      for (byte b : Messages.prefixed("hello".getBytes())) peer.data(1, new byte[] {b}, false);
      peer.send("000005 00 09 00000001 04 00000000"); // only padding, and the end
      assertThat(peer.answer()).isEqualTo(ok(1, 5));
      peer.open(3, Echo.SAY);
      peer.data(3, Messages.prefixed(new byte[0]), false);
      peer.send(Frames.headers(3, new HpackEncoder().field("trailer", "x").block(), true));
      assertThat(peer.answer()).isEqualTo(ok(3, 0));
    }
  }

  @Test
  void answers_wait_for_both_windows_of_a_slow_reader() throws Exception {
    try (var peer = Peer.greeted(echo.socket, Settings.INITIAL_WINDOW_SIZE, 15_000)) {
      peer.call(1, "t.Echo/Many", "\n"); // ten answers
      peer.next();
      int got = 0;
      while (got < 15_000) got += peer.next().size();
      assertThat(got).isEqualTo(15_000);
      peer.call(3, Echo.SAY, "still here");
      assertThat(peer.answer()).isEqualTo(ok(3, 10));
      assertThat(echo.sent.get()).isLessThan(4);
      peer.grant(1, 1 << 20); // now the connection's is the narrow one
      while (got < 65_535 - 15) got += peer.next().size();
      peer.call(5, "t.Echo/No", "");
      assertThat(peer.answer()).contains("grpc-status=5");
      peer.grant(0, 1 << 20);
      for (Frame frame = peer.next(); frame.type() == Frame.DATA; frame = peer.next())
        got += frame.size();
      assertThat(got).isEqualTo(10 * 10_005);
    }
  }

  @Test
  void a_smaller_initial_window_takes_back_what_was_granted() throws Exception {
    try (var peer = Peer.greeted(echo.socket, Settings.INITIAL_WINDOW_SIZE, 10_000)) {
      peer.call(1, "t.Echo/Many", "\n");
      peer.next();
      for (int got = 0; got < 10_000; ) got += peer.next().size();
      peer.send(Settings.frame(Settings.INITIAL_WINDOW_SIZE, 1000)); // -9000 are left
      peer.grant(1, 9100);
      int more = peer.next().size();
      while (more < 100) more += peer.next().size();
      assertThat(more).isEqualTo(100);
      peer.send("000008 06 00 00000000 0102030405060708");
      assertThat(peer.next().type()).as("nothing more").isEqualTo(Frame.PING);
    }
  }

  @Test
  void a_cancelled_call_ends_its_handler_at_the_next_answer() throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.call(1, "t.Echo/Many", "d");
      peer.next();
      peer.send(Frames.number(Frame.RST_STREAM, 1, ErrorCode.CANCEL.ordinal()));
      echo.cancelled.await();
      peer.grant(0, 1 << 20);
      peer.call(3, Echo.SAY, "next");
      String answer = peer.answer();
      while (!answer.contains("HEADERS 3 grpc-status=0")) answer = peer.answer();
    }
  }

  @Test
  void a_peer_that_goes_ends_its_handlers() throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.call(1, "t.Echo/Many", "d");
      peer.next();
    }
    echo.cancelled.await();
  }

  @Test
  void pings_are_answered_and_what_is_unknown_is_ignored() throws Exception {
    try (var peer = Peer.greeted(echo.socket, 77, 5)) {
      peer.send("000003 77 ff 00000001 010203");
      peer.send("000005 02 00 00000009 0000000010");
      peer.send("000008 06 01 00000000 1111111111111111"); // an answer nobody asked for
      peer.send("000008 06 00 00000000 0102030405060708");
      Frame ping = peer.next();
      assertThat(ping.has(Frame.ACK)).isTrue();
      assertThat(ping.payload()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      peer.call(1, Echo.SAY, "x");
      assertThat(peer.answer()).isEqualTo(ok(1, 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "000000 00 01 00000001, PROTOCOL_ERROR, idle stream 1",
    "000000 00 01 00000002, PROTOCOL_ERROR, idle stream 2",
    "000004 03 00 00000005 00000008, PROTOCOL_ERROR, idle stream 5",
    "000004 08 00 00000007 00000001, PROTOCOL_ERROR, idle stream 7",
    "000004 08 00 00000000 00000000, PROTOCOL_ERROR, grows by 0",
    "000004 08 00 00000000 7fffffff, FLOW_CONTROL_ERROR, exceeds",
    "000001 01 05 00000002 82, PROTOCOL_ERROR, stream 2",
    "000001 01 05 00000000 82, PROTOCOL_ERROR, stream 0",
    "000001 01 05 00000001 80, COMPRESSION_ERROR, index 0",
    "000004 01 05 00000001 0082 ffff, COMPRESSION_ERROR, padding",
    "004001 00 00 00000001, FRAME_SIZE_ERROR, 16385",
    "000006 04 00 00000000 0004 ffffffff, FLOW_CONTROL_ERROR, INITIAL_WINDOW_SIZE",
    "000001 09 04 00000001 82, PROTOCOL_ERROR, continuation",
    "000004 05 04 00000001 00000002, PROTOCOL_ERROR, push",
  })
  void a_connection_error_is_named_before_the_connection_ends(
      String bytes, ErrorCode code, String words) throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.send(bytes);
      assertThat(peer.answer()).startsWith("GOAWAY 0 " + code).contains(words);
      assertThat(peer.ended()).isTrue();
    }
    try (var peer = Peer.greeted(echo.socket)) { // others do not notice
      peer.call(1, Echo.SAY, "x");
      assertThat(peer.answer()).isEqualTo(ok(1, 1));
    }
  }

  @Test
  void a_connection_that_does_not_begin_as_it_must_is_ended() throws Exception {
    try (var peer = new Peer(echo.socket)) {
      peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
      assertThat(peer.answer()).startsWith("GOAWAY 0 PROTOCOL_ERROR");
    }
    try (var peer = new Peer(echo.socket)) {
      peer.send(FrameIn.preface());
      peer.send("000008 06 00 00000000 0102030405060708");
      assertThat(peer.answer()).startsWith("GOAWAY 0 PROTOCOL_ERROR the first frame");
    }
  }

  @Test
  void the_servers_settings_come_before_a_byte_of_the_client() throws Exception {
    try (var peer = new Peer(echo.socket)) {
      Frame first = new FrameIn(peer.channel).next().orElseThrow();
      assertThat(first.type()).isEqualTo(Frame.SETTINGS);
      assertThat(first.has(Frame.ACK)).isFalse();
      assertThat(first.number(2)).as("the size of the header table").isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    ":method=GET :scheme=http :path=/t.Echo/Say, HEADERS 1 :status=405",
    ":method=POST :scheme=http :path=/t.Echo/Say, HEADERS 1 :status=415",
    ":method=POST :scheme=http :path=/t.Echo/Say content-type=application/grpcx, :status=415",
    ":method=POST :scheme=http :path=/t.Echo/Say content-type=application/json, :status=415",
    ":method=POST :scheme=http :path=/t/No content-type=application/grpc+proto, grpc-status=12",
    ":method=POST :scheme=http :path=x content-type=application/grpc;x=y, grpc-status=12",
    ":method=POST :scheme=http :path=/x content-type=application/grpc grpc-encoding=gzip, =12",
    ":method=POST :scheme=http, RST_STREAM 1 PROTOCOL_ERROR",
    ":method=POST :path=/x, RST_STREAM 1 PROTOCOL_ERROR",
    ":scheme=http :path=/x, RST_STREAM 1 PROTOCOL_ERROR",
    ":method=POST :method=POST :scheme=http :path=/x, RST_STREAM 1 PROTOCOL_ERROR",
    ":method=POST :scheme=http :path=/x :status=200, RST_STREAM 1 PROTOCOL_ERROR",
    ":method=POST :scheme=http a=b :path=/x, RST_STREAM 1 PROTOCOL_ERROR",
    ":method=POST :scheme=http :path=/x UPPER=b, RST_STREAM 1 PROTOCOL_ERROR",
    ":method=POST :scheme=http :path=/x connection=close, RST_STREAM 1 PROTOCOL_ERROR",
    ":method=POST :scheme=http :path=/x te=gzip, RST_STREAM 1 PROTOCOL_ERROR",
  })
  void what_is_no_call_is_answered_as_that(String fields, String words) throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      var block = new HpackEncoder();
      for (String field : fields.split(" ")) {
        int at = field.indexOf('=');
        block.field(field.substring(0, at), field.substring(at + 1));
      }
      peer.send(Frames.headers(1, block.block(), true));
      assertThat(peer.answer()).contains(words);
      peer.call(3, Echo.SAY, "x");
      assertThat(peer.answer()).isEqualTo(ok(3, 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', grpc-status=13", // no message
    "00000000, grpc-status=13", // half a length
    "00 00000002 61, grpc-status=13", // half a message
    "00 00000001 6162, grpc-status=13", // more than a message
    "01 00000001 61, grpc-status=12", // compressed
    "00 00400001, grpc-status=8", // beyond 4 MiB
    "00 ffffffff, grpc-status=8",
  })
  void a_message_that_is_none_is_refused(String hex, String words) throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.open(1, Echo.SAY);
      byte[] data = HexFormat.of().parseHex(hex.replace(" ", ""));
      peer.data(1, data, true);
      assertThat(peer.answer()).contains(words);
    }
  }

  @Test
  void data_after_the_end_breaks_only_its_stream() throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.call(1, "t.Echo/Wait", "");
      peer.data(1, new byte[3], false);
      assertThat(peer.answer()).isEqualTo("RST_STREAM 1 STREAM_CLOSED\n");
      peer.call(3, "t.Echo/Wait", "");
      peer.grant(3, Integer.MAX_VALUE);
      assertThat(peer.answer()).isEqualTo("RST_STREAM 3 FLOW_CONTROL_ERROR\n");
      peer.open(5, Echo.SAY);
      peer.grant(5, 0);
      assertThat(peer.answer()).isEqualTo("RST_STREAM 5 PROTOCOL_ERROR\n");
      peer.call(7, Echo.SAY, "x");
      assertThat(peer.answer()).isEqualTo(ok(7, 1));
      peer.data(7, new byte[3], true); // of a stream that has ended: dropped, or refused
      peer.call(9, Echo.SAY, "x");
      String answer = peer.answer();
      if (answer.equals("RST_STREAM 7 STREAM_CLOSED\n")) answer = peer.answer();
      assertThat(answer).isEqualTo(ok(9, 1));
    }
  }

  @Test
  void streams_beyond_what_was_announced_are_refused() throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      for (int i = 0; i < Calls.MOST; i++) peer.call(2 * i + 1, "t.Echo/Wait", "");
      int next = 2 * Calls.MOST + 1;
      peer.call(next, Echo.SAY, "x");
      assertThat(peer.answer()).isEqualTo("RST_STREAM " + next + " REFUSED_STREAM\n");
    }
  }

  @Test
  void requests_that_wait_have_a_bound_together() throws Exception {
    try (var peer = Peer.greeted(echo.socket);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var refused = threads.submit(peer::answer); // reading on, what the server grants
      byte[] piece = new byte[Frame.MAX_PAYLOAD];
      for (int stream = 1; stream < 13 && !refused.isDone(); stream += 2) {
        peer.open(stream, Echo.SAY);
        peer.data(stream, HexFormat.of().parseHex("0000400000"), false);
        for (int sent = 0; sent + piece.length < 4 << 20; sent += piece.length)
          if (!refused.isDone()) peer.data(stream, piece, false);
      }
      assertThat(refused.get(60, TimeUnit.SECONDS))
          .contains("grpc-status=8")
          .contains("too much waits");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "000008 06 00 00000000 0102030405060708",
    "000000 04 00 00000000",
    "000005 02 00 00000009 0000000010",
    "000000 00 00 00000001",
    "000000 fa 00 00000000",
  })
  void a_flood_of_frames_that_cost_nothing_ends_the_connection(String bytes) throws Exception {
    try (var peer = Peer.greeted(echo.socket)) {
      peer.open(1, "t.Echo/Wait");
      var reader = Thread.ofVirtual().start(() -> drain(peer));
      assertThatThrownBy(
              () -> {
                while (true) peer.send(bytes.repeat(100));
              })
          .isInstanceOf(IOException.class);
      reader.join();
    }
  }

  private static void drain(Peer peer) {
    try {
      boolean unused = peer.ended();
    } catch (IOException e) {
      assertThat(e).isNotNull(); // it was ended while more was sent
    }
  }
}
