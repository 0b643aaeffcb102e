package dev.theca.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.theca.image.tar.Malformed;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.kit.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Our decoder beside the reference's: what ours takes, the reference takes, with equal bytes. */
class ZstdFuzzTest {
  private static final int MAX_BYTES = 4 << 20;

  private static List<byte[]> seeds() throws IOException {
    var all = new ArrayList<byte[]>();
    for (int level : new int[] {-5, 1, 3, 9, 19})
      for (int bytes : new int[] {10, 300, 5000, 140_000})
        all.add(compressed(text(bytes, level + bytes), level, bytes % 3 == 0));
    return all;
  }

  private static byte[] compressed(byte[] plain, int level, boolean checksum) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zstd = new ZstdOutputStreamNoFinalizer(out, level).setChecksum(checksum)) {
      zstd.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] text(int bytes, long seed) {
    var random = new Random(seed);
    var text = new byte[bytes];
    for (int i = 0; i < bytes; ) {
      int n = Math.min(bytes - i, 1 + random.nextInt(40));
      int back = i == 0 ? 0 : 1 + random.nextInt(random.nextBoolean() ? Math.min(i, 12) : i);
      for (int k = 0; k < n; k++, i++)
        text[i] = back > 0 && n % 3 > 0 ? text[i - back] : (byte) (random.nextGaussian() * 7);
    }
    return text;
  }

  @Test
  void every_level_of_the_reference_comes_out_the_same() throws IOException {
    for (int level = -7; level <= 19; level++) {
      byte[] plain = text(400_000, level);
      try (var in =
          new JavaZstd()
              .decode(new ByteArrayInputStream(compressed(plain, level, level % 2 == 0)))) {
        assertArrayEquals(plain, in.readAllBytes(), "level " + level);
      }
    }
  }

  @Test
  void what_ours_takes_the_reference_takes() throws IOException {
    long inputs =
        Fuzz.run("zstd beside the reference", seeds(), ZstdFuzzTest::same, Malformed.class);
    assertTrue(inputs > 10, inputs + " inputs");
  }

  private static void same(byte[] input) throws IOException {
    byte[] ours;
    try (var in = new JavaZstd().decode(new ByteArrayInputStream(input))) {
      ours = in.readNBytes(MAX_BYTES);
    }
    if (ours.length == MAX_BYTES) return; // runs of a block a byte: the rest is the same
    try (var in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(input))) {
      assertArrayEquals(in.readAllBytes(), ours);
    } catch (IOException e) {
      throw new AssertionError("ours took what the reference refuses: " + e.getMessage(), e);
    }
  }
}
