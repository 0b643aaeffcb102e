package dev.theca.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTest {
  private static FrameIn in(byte[] bytes) {
    return new FrameIn(Channels.newChannel(new ByteArrayInputStream(bytes)));
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static byte[] joined(byte[]... parts) {
    int size = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[size];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Test
  void padding_and_priority_are_taken_away_but_count_for_the_window() throws Exception {
    var data = in(hex("000008 00 09 00000003 02 6162636465 0000")).next().orElseThrow();
    assertThat(data.payload()).isEqualTo("abcde".getBytes());
    assertThat(data.size()).isEqualTo(8);
    assertThat(data.has(Frame.END_STREAM)).isTrue();
    var headers = in(hex("000009 01 2c 00000001 01 80000000 ff 8286 00")).next().orElseThrow();
    assertThat(headers.payload()).isEqualTo(hex("8286"));
    assertThat(headers.stream()).isEqualTo(1);
  }

  @Test
  void a_header_block_in_pieces_comes_whole() throws Exception {
    byte[] block = new byte[40_000];
    Arrays.fill(block, (byte) 7);
    byte[] written = Frames.headers(5, block, true);
    var frame = in(written).next().orElseThrow();
    assertThat(frame.payload()).isEqualTo(block);
    assertThat(frame.has(Frame.END_STREAM)).isTrue();
    assertThat(in(new byte[0]).next()).isEmpty();
  }

  /** Who reads for writers must not wait for a frame of which nobody has need any more. */
  @Test
  void a_writer_to_whom_the_peer_has_granted_enough_does_not_count_as_waiting() throws Exception {
    for (int i = 0; i < 200; i++) {
      var out = new FrameOut(Channels.newChannel(OutputStream.nullOutputStream()), () -> {}, 0, 9);
      var stream = out.open(1);
      var writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      assertThat(out.data(stream, new byte[0], new byte[9], true, new byte[0]))
                          .isTrue();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      while (out.blocked() == 0) Thread.onSpinWait();
      out.credit(9);
      assertThat(out.blocked()).isZero();
      writer.join();
      assertThat(out.window()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "004001 00 00 00000001, FRAME_SIZE_ERROR, 16385 bytes", // a payload beyond what was agreed
    "000000 00 00 00000000, PROTOCOL_ERROR, type 0 on stream 0", // data about the connection
    "000001 01 04 00000000 82, PROTOCOL_ERROR, type 1 on stream 0",
    "000000 00 08 00000001, FRAME_SIZE_ERROR, 0 bytes", // padding whose length is missing
    "000002 00 08 00000001 02 00, PROTOCOL_ERROR, padding of 2",
    "000004 01 24 00000001 00000000, PROTOCOL_ERROR, padding of 0", // half a priority
    "000005 02 00 00000000 0000000010, PROTOCOL_ERROR, type 2 on stream 0",
    "000004 02 00 00000001 00000000, FRAME_SIZE_ERROR, 4 bytes",
    "000004 03 00 00000000 00000008, PROTOCOL_ERROR, type 3 on stream 0",
    "000003 03 00 00000001 000008, FRAME_SIZE_ERROR, 3 bytes",
    "000000 04 00 00000001, PROTOCOL_ERROR, type 4 on stream 1",
    "000005 04 00 00000000 0000000000, FRAME_SIZE_ERROR, 5 bytes",
    "000006 04 01 00000000 000100000000, FRAME_SIZE_ERROR, 6 bytes", // an answer with content
    "000004 05 04 00000001 00000002, PROTOCOL_ERROR, push",
    "000008 06 00 00000001 0000000000000000, PROTOCOL_ERROR, type 6 on stream 1",
    "000007 06 00 00000000 00000000000000, FRAME_SIZE_ERROR, 7 bytes",
    "000008 07 00 00000001 0000000000000000, PROTOCOL_ERROR, type 7 on stream 1",
    "000007 07 00 00000000 00000000000000, FRAME_SIZE_ERROR, 7 bytes",
    "000003 08 00 00000000 000001, FRAME_SIZE_ERROR, 3 bytes",
    "000001 09 04 00000001 82, PROTOCOL_ERROR, continuation",
    "000001 01 00 00000001 82 000001 00 00 00000001 00, PROTOCOL_ERROR, inside a header block",
    "000001 01 00 00000001 82 000001 09 04 00000003 84, PROTOCOL_ERROR, inside a header block",
    "000001 01 00 00000001 82 000008 06 00 00000000 0000000000000000, PROTOCOL_ERROR, inside",
  })
  void a_frame_that_lies_ends_the_connection(String bytes, ErrorCode code, String words) {
    assertThatThrownBy(() -> in(hex(bytes)).next())
        .isInstanceOfSatisfying(Http2Exception.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  @Test
  void a_header_block_without_end_is_given_up() {
    byte[] begin = hex("000000 01 00 00000001");
    byte[] piece = hex("000000 09 00 00000001");
    byte[][] all = new byte[100][];
    Arrays.fill(all, piece);
    all[0] = begin;
    assertThatThrownBy(() -> in(joined(all)).next())
        .isInstanceOfSatisfying(
            Http2Exception.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM));
  }

  @ParameterizedTest
  @CsvSource({"000001", "000001 00 00 00000001", "000001 01 00 00000001 82"})
  void a_frame_that_breaks_off_is_a_fault_of_the_connection(String bytes) {
    assertThatThrownBy(() -> in(hex(bytes)).next()).isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "0002 00000002, PROTOCOL_ERROR",
    "0004 80000000, FLOW_CONTROL_ERROR",
    "0005 00003fff, PROTOCOL_ERROR",
    "0005 01000000, PROTOCOL_ERROR",
  })
  void settings_beyond_their_bounds_are_refused(String pair, ErrorCode code) throws IOException {
    byte[] frame = Frames.frame(Frame.SETTINGS, 0, 0, hex(pair));
    var settings = in(frame).next().orElseThrow();
    assertThatThrownBy(() -> Settings.initialWindow(settings))
        .isInstanceOfSatisfying(Http2Exception.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void unknown_settings_and_unknown_frames_are_let_by() throws Exception {
    byte[] frame = Settings.frame(99, 1, Settings.INITIAL_WINDOW_SIZE, 7, 1, 5);
    assertThat(Settings.initialWindow(in(frame).next().orElseThrow())).hasValue(7);
    assertThat(in(hex("000002 fa ff 00000009 0102")).next().orElseThrow().type()).isEqualTo(0xfa);
  }

  @Test
  void a_connection_that_begins_otherwise_is_refused() throws Exception {
    assertThat(in(FrameIn.preface()).readPreface()).isTrue();
    assertThat(in(new byte[0]).readPreface()).isFalse();
    assertThatThrownBy(
            () -> in("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes()).readPreface())
        .hasMessageContaining("does not begin as HTTP/2");
  }
}
