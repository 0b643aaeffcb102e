package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the writer writes is laid out as the page says, and is read back. */
class RoundTripTest {
  private final Secret key = Bytes.key(1);

  private void assertReadBack(int size) throws Exception {
    byte[] content = Bytes.content(size, size);
    byte[] host = Bytes.protect(content, key, Bytes.PATH);
    assertThat(Arrays.equals(Bytes.read(host, key, Bytes.PATH).orThrow(), content)).isTrue();
    byte[] padded = OldSchool.open(host, key).content();
    assertThat(Arrays.equals(padded, Arrays.copyOf(content, padded.length)))
        .as("read by the second reader, zero-padded")
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3071, 3072, 3073, 7167, 7168, 7169})
  void small_files_are_read_back(int size) throws Exception {
    assertReadBack(size);
  }

  @ParameterizedTest
  @ValueSource(ints = {96, 97, 96 * 33, 96 * 33 + 1, 96 * 34, 96 * 34 + 1})
  void files_with_so_many_data_nodes_are_read_back(int nodes) throws Exception {
    assertReadBack(3072 + 4096 * nodes);
    assertReadBack(3072 + 4096 * nodes - 4095);
  }

  @Test
  void a_gibibyte_is_read_back() {
    Assumptions.assumeTrue(
        System.getProperty("theca.check.seconds") != null, "a gibibyte is written by ./x check");
    long size = 1L << 30;
    var pages = new byte[(int) (Layout.hostLength(size) / 4096)][];
    PfSource zeroes =
        (offset, into, from, length) -> {
          Arrays.fill(into, from, from + length, (byte) 0);
          return length;
        };
    try (var writer = new PfWriter(key)) {
      writer.write(
          Bytes.PATH,
          size,
          zeroes,
          (offset, bytes, from, length) -> {
            for (int i = 0; i < length; i += 4096)
              pages[(int) ((offset + i) / 4096)] =
                  Arrays.copyOfRange(bytes, from + i, from + i + 4096);
          });
    }
    var host =
        new HostBytes() {
          @Override
          public long length() {
            return 4096L * pages.length;
          }

          @Override
          public boolean read(long offset, byte[] into, int from, int length) {
            for (int i = 0; i < length; i += 4096) {
              int page = (int) ((offset + i) / 4096);
              System.arraycopy(pages[page], 0, into, from + i, 4096);
            }
            return true;
          }

          @Override
          public void close() {}
        };
    byte[] part = new byte[1 << 20];
    try (var reader =
        PfReader.open(host, () -> PfCode.MISSING.refused("", "", ""), key, Optional.of(Bytes.PATH))
            .orThrow()) {
      for (long at = 0; at < size; at += part.length) {
        Arrays.fill(part, (byte) 1);
        assertThat(reader.read(at, part, 0, part.length).orThrow()).isEqualTo(part.length);
        assertThat(Arrays.equals(part, new byte[part.length])).isTrue();
      }
    }
  }

  @Test
  void the_metadata_node_has_its_fields_where_the_page_has_them() throws Exception {
    byte[] content = Bytes.content(10_000, 5);
    byte[] host = Bytes.protect(content, key, Bytes.PATH);
    assertThat(host).hasSize(16384);
    var head = ByteBuffer.wrap(host).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(head.getLong(0)).isEqualTo(0x46505F5346415247L);
    assertThat(host[8]).isEqualTo((byte) 2);
    assertThat(host[9]).isZero();
    assertThat(host[58]).isZero();
    assertThat(Arrays.copyOfRange(host, 3943, 4096)).containsOnly(0);
    var inside = OldSchool.open(host, key);
    byte[] path = Arrays.copyOf(inside.metadata, 772);
    assertThat(path).isEqualTo(Arrays.copyOf(Bytes.PATH, 772));
    assertThat(inside.size()).isEqualTo(10_000);
    assertThat(Arrays.copyOfRange(inside.metadata, 812, 3884))
        .isEqualTo(Arrays.copyOf(content, 3072));
  }

  @Test
  void a_small_file_has_no_root_and_zeroes_behind_its_content() throws Exception {
    var inside = OldSchool.open(Bytes.protect(new byte[] {7}, key, Bytes.PATH), key);
    assertThat(Arrays.copyOfRange(inside.metadata, 780, 812)).containsOnly(0);
    assertThat(Arrays.copyOfRange(inside.metadata, 813, 3884)).containsOnly(0);
  }

  @Test
  void any_place_is_read_as_it_was_written_whatever_the_size() {
    long seed = Long.getLong("theca.seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 30; round++) {
      int size = random.nextInt(1 << random.nextInt(1, 22));
      byte[] content = Bytes.content(size, random.nextLong());
      byte[] host = new byte[(int) Layout.hostLength(size)];
      PfSource trickle =
          (offset, into, from, length) -> {
            int n = 1 + new Random(offset + seed).nextInt(length);
            System.arraycopy(content, (int) offset, into, from, n);
            return n;
          };
      try (var writer = new PfWriter(key)) {
        writer.write(
            Bytes.PATH,
            size,
            trickle,
            (offset, bytes, from, length) ->
                System.arraycopy(bytes, from, host, (int) offset, length));
      }
      try (var reader = Bytes.open(host, key, Bytes.PATH).orThrow()) {
        for (int i = 0; i < 20; i++) {
          int at = random.nextInt(size + 10);
          byte[] into = new byte[random.nextInt(1 << random.nextInt(1, 20))];
          int n = reader.read(at, into, 0, into.length).orThrow();
          assertThat(n).isEqualTo(Math.max(0, Math.min(into.length, size - at)));
          assertThat(Arrays.equals(into, 0, n, content, Math.min(at, size), Math.min(at, size) + n))
              .as("seed %d, %d bytes at %d of %d", seed, n, at, size)
              .isTrue();
        }
      }
    }
  }
}
