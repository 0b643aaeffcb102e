package dev.theca.image.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.theca.image.tar.Malformed;
import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZstdInputTest {
  private static final int WINDOW = 8 << 20;

  static byte[] compressed(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zstd = new ZstdOutputStream(out)) {
      zstd.write(plain);
    }
    return out.toByteArray();
  }

  static byte[] plain(byte[] frames) throws IOException {
    try (var in = new ZstdInput(new ByteArrayInputStream(frames), WINDOW)) {
      return in.readAllBytes();
    }
  }

  /** Words of a few letters: literals, short and long matches, near and far. */
  static byte[] text(int bytes, long seed) {
    var random = new Random(seed);
    var text = new byte[bytes];
    for (int i = 0; i < bytes; ) {
      int n = Math.min(bytes - i, 1 + random.nextInt(60));
      int back = i == 0 ? 0 : 1 + random.nextInt(random.nextBoolean() ? Math.min(i, 20) : i);
      for (int k = 0; k < n; k++, i++)
        text[i] = back > 0 && n % 4 > 0 ? text[i - back] : (byte) (random.nextGaussian() * 9);
    }
    return text;
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 6, 7, 63, 255, 256, 1000, 1 << 17, (1 << 17) + 1, 5_000_000})
  void what_another_program_packed_comes_out_the_same(int bytes) throws IOException {
    byte[] text = text(bytes, bytes);
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    byte[] zeroes = new byte[bytes];
    for (byte[] each : new byte[][] {text, noise, zeroes})
      assertArrayEquals(each, plain(compressed(each)));
  }

  @Test
  void frames_behind_each_other_are_one_stream() throws IOException {
    var all = new ByteArrayOutputStream();
    var frames = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      byte[] piece = text(i * 40_000, i);
      all.writeBytes(piece);
      frames.writeBytes(compressed(piece));
    }
    assertArrayEquals(all.toByteArray(), plain(frames.toByteArray()));
  }

  @Test
  void a_stream_that_comes_byte_by_byte_is_the_same_stream() throws IOException {
    byte[] text = text(300_000, 1);
    var drip =
        new FilterInputStream(new ByteArrayInputStream(compressed(text))) {
          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            return super.read(into, from, Math.min(length, 1));
          }
        };
    try (var in = new ZstdInput(drip, WINDOW)) {
      var out = new ByteArrayOutputStream();
      for (int b; (b = in.read()) >= 0; ) out.write(b);
      assertArrayEquals(text, out.toByteArray());
    }
  }

  @Test
  void a_stream_that_is_cut_off_anywhere_is_refused() throws IOException {
    byte[] whole = compressed(text(3000, 2));
    for (int n = 1; n < whole.length; n++) {
      byte[] cut = Arrays.copyOf(whole, n);
      assertThatThrownBy(() -> plain(cut)).isInstanceOf(Malformed.class);
    }
  }

  @Test
  void no_changed_bit_gets_past_the_checksum() throws IOException {
    byte[] whole = compressed(text(2000, 3)); // the stream above writes checksums
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] changed = whole.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        // A bit of the header may be nobody's, but no bit may change what comes out.
        assertArrayEquals(text(2000, 3), plain(changed), "bit " + bit);
      } catch (Malformed e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  /** Frames by hand: a header with one segment of so many bytes, then blocks. */
  @ParameterizedTest
  @CsvSource({
    // raw, repeated, and both
    "28b52ffd 20 03 190000 616263, 616263",
    "28b52ffd 20 05 2b0000 7a, 7a7a7a7a7a",
    "28b52ffd 20 05 180000 616263 130000 7a, 6162637a7a",
    "28b52ffd 20 00 010000, ''",
    // literals alone: raw of 3, no sequences
    "28b52ffd 00 00 2d0000 18616263 00, 616263",
    // repeated literals
    "28b52ffd 20 07 1d0000 39 62 00, 62626262626262",
  })
  void frames_by_hand_are_read(String frame, String expected) throws IOException {
    assertThat(HexFormat.of().formatHex(plain(hex(frame)))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "28b52ffe 20 03 190000 616263, other bytes",
    "28b52ffd 28 03 190000 616263, unknown kind",
    "28b52ffd 21 01 03 190000 616263, dictionary",
    "28b52ffd 20 03 1f0000 616263, no type",
    "28b52ffd 20 02 190000 616263, a block of 3 bytes",
    "28b52ffd 20 04 190000 616263, another size",
    "28b52ffd 20 03 190000 6162, cut off",
    "28b52ffd 24 03 190000 616263 00000000, checksum",
    "28b52ffd 00 70 190000 616263, window",
    "28b52ffd a0 01008000 190000 616263, window",
    // a block without content; literals that are more than the block; a table that never came
    "28b52ffd 20 03 050000, nothing",
    "28b52ffd 20 05 2d0000 30616263 00, literals",
    "28b52ffd 20 09 2d0000 93800000 00, never came",
    // no sequences and a byte; a reserved mode; a table that never came; no bits
    "28b52ffd 20 09 350000 18616263 0000, no sequences",
    "28b52ffd 20 09 350000 18616263 0101, unknown mode",
    "28b52ffd 20 09 350000 18616263 01c0, never came",
    "28b52ffd 20 09 350000 18616263 0100, without bytes",
    "28b52ffd 20 09 3d0000 18616263 010000, without an end",
    "28b52ffd 20 09 3d0000 18616263 010001, cut off",
    // codes that there are not: a literals length of 36
    "28b52ffd 20 09 450000 18616263 01 54 24 00, no such",
  })
  void frames_that_lie_are_refused(String frame, String why) {
    assertThatThrownBy(() -> plain(hex(frame)))
        .isInstanceOf(Malformed.class)
        .hasMessageContaining(why);
  }

  @Test
  void a_window_that_is_only_said_takes_no_memory() throws IOException {
    var window = new Window();
    window.reset(WINDOW);
    window.room(Block.MAX_BYTES);
    assertThat(window.bytes.length).isLessThan(1 << 20);
  }
}
