package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the writer writes is laid out as the page says, is read back, and is refused when changed.
 */
class RoundTripTest {
  private static final int GROUP = 96 * 4096;
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
  void no_key_and_no_nonce_is_used_twice() throws Exception {
    var seen = new HashSet<String>();
    int all = 0;
    for (int round = 0; round < 3; round++) {
      byte[] host = Bytes.protect(new byte[3072 + 4096 * 200], key, Bytes.PATH);
      seen.add(Arrays.toString(Arrays.copyOfRange(host, 10, 42)));
      for (int at = 4096; at < host.length; at += 4096)
        seen.add(Arrays.toString(Arrays.copyOfRange(host, at, at + 4096)));
      all += host.length / 4096;
    }
    assertThat(seen).as("equal plaintext under the zero IV shows an equal key").hasSize(all);
  }

  @Test
  void a_file_under_another_key_or_path_is_refused() {
    byte[] host = Bytes.protect(Bytes.content(9000, 1), key, Bytes.PATH);
    Bytes.assertRefused(Bytes.open(host, Bytes.key(2), Bytes.PATH), PfCode.DAMAGED);
    Bytes.assertRefused(Bytes.open(host, key, Bytes.utf8("/cc/rootfs/etc/shadow")), PfCode.PATH);
    Bytes.assertRefused(Bytes.open(host, key, Bytes.utf8("/cc/rootfs/etc/passw")), PfCode.PATH);
    Bytes.assertRefused(Bytes.open(host, key, Bytes.utf8("/cc/rootfs/etc/passwd\0")), PfCode.PATH);
  }

  @Test
  void each_node_that_was_flipped_is_refused_and_the_others_are_still_the_right_bytes() {
    byte[] content = Bytes.content(3072 + GROUP + 5000, 3);
    byte[] good = Bytes.protect(content, key, Bytes.PATH);
    var random = new Random(9);
    for (int node = 0; node < good.length / 4096; node++) {
      byte[] bad = good.clone();
      int at = node * 4096 + (node == 0 ? 59 : 0) + random.nextInt(node == 0 ? 3884 : 4096);
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Bytes.assertRefused(Bytes.read(bad, key, Bytes.PATH), PfCode.DAMAGED);
    }
  }

  @Test
  void nodes_that_were_swapped_or_taken_from_an_older_version_are_refused() {
    byte[] content = Bytes.content(3072 + 4096 * 100, 4);
    byte[] good = Bytes.protect(content, key, Bytes.PATH);
    byte[] older = Bytes.protect(content, key, Bytes.PATH);
    for (int node = 0; node < good.length / 4096; node++) {
      byte[] mixed = good.clone();
      System.arraycopy(older, node * 4096, mixed, node * 4096, 4096);
      Bytes.assertRefused(Bytes.read(mixed, key, Bytes.PATH), PfCode.DAMAGED);
    }
    byte[] swapped = good.clone();
    System.arraycopy(good, 2 * 4096, swapped, 3 * 4096, 4096);
    System.arraycopy(good, 3 * 4096, swapped, 2 * 4096, 4096);
    Bytes.assertRefused(Bytes.read(swapped, key, Bytes.PATH), PfCode.DAMAGED);
  }

  @ParameterizedTest
  @ValueSource(ints = {-20480, -8192, -4096, -4095, -1, 1, 4095, 4096, 397312})
  void a_file_that_was_cut_or_extended_is_refused(int by) {
    byte[] host = Bytes.protect(Bytes.content(20_000, 6), key, Bytes.PATH);
    byte[] other = Arrays.copyOf(host, host.length + by);
    Bytes.assertRefused(Bytes.read(other, key, Bytes.PATH), PfCode.LENGTH);
  }

  @Test
  void an_empty_host_file_is_refused() {
    Bytes.assertRefused(Bytes.open(new byte[0], key, Bytes.PATH), PfCode.LENGTH);
  }

  @Test
  void other_versions_and_unknown_flags_are_refused() {
    byte[] good = Bytes.protect(new byte[10], key, Bytes.PATH);
    for (int[] change : new int[][] {{8, 0}, {8, 3}, {8, 0x82}, {9, 1}, {58, 2}, {58, 0x80}}) {
      byte[] bad = good.clone();
      bad[change[0]] = (byte) change[1];
      Bytes.assertRefused(Bytes.open(bad, key, Bytes.PATH), PfCode.VERSION);
    }
  }

  @Test
  void a_damaged_file_stays_refused_and_the_callers_buffer_is_empty() {
    byte[] host = Bytes.protect(Bytes.content(60_000, 7), key, Bytes.PATH);
    host[4 * 4096 + 1] ^= 1;
    try (var reader = Bytes.open(host, key, Bytes.PATH).orThrow()) {
      byte[] into = new byte[30_000];
      assertThat(reader.read(100, into, 0, 4000).orThrow()).isEqualTo(4000);
      Arrays.fill(into, (byte) 9);
      Bytes.assertRefused(reader.read(0, into, 10, 20_000), PfCode.DAMAGED);
      assertThat(Arrays.copyOfRange(into, 10, 20_010)).containsOnly(0);
      assertThat(into[9]).isEqualTo((byte) 9);
      assertThat(into[20_010]).isEqualTo((byte) 9);
      Bytes.assertRefused(reader.read(100, into, 0, 10), PfCode.DAMAGED);
    }
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

  @Test
  void one_writer_writes_many_files_and_no_content_of_one_reaches_another() throws Exception {
    try (var writer = new PfWriter(key)) {
      for (int size : new int[] {400_000, 0, 5000, 3073, 1, 800_000, 3072}) {
        byte[] content = Bytes.content(size, size);
        byte[] host = new byte[(int) Layout.hostLength(size)];
        var written =
            writer.write(
                Bytes.PATH,
                size,
                Bytes.source(content),
                (offset, bytes, from, length) ->
                    System.arraycopy(bytes, from, host, (int) offset, length));
        assertThat(written.hostLength()).isEqualTo(host.length);
        byte[] padded = OldSchool.open(host, key).content();
        assertThat(Arrays.equals(padded, Arrays.copyOf(content, padded.length))).isTrue();
        assertThat(written.tag()).isEqualTo(Arrays.copyOfRange(host, 42, 58));
      }
    }
  }

  /** Ascending but for hash nodes with others below them, which come last and descending. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3072, 3073, 3072 + GROUP, 3072 + GROUP + 1, 3072 + 34 * GROUP})
  void the_sink_goes_back_only_for_inner_hash_nodes_and_at_the_end_for_the_metadata(int size) {
    record Write(long node, int nodes) {}
    var writes = new ArrayList<Write>();
    long[] read = {0};
    PfSource once =
        (offset, into, from, length) -> {
          assertThat(offset).as("a source that is read once, in order").isEqualTo(read[0]);
          read[0] += length;
          return length;
        };
    try (var writer = new PfWriter(key)) {
      writer.write(
          Bytes.PATH,
          size,
          once,
          (offset, bytes, from, length) -> {
            assertThat(offset % 4096 + length % 4096).isZero();
            writes.add(new Write(offset / 4096, length / 4096));
          });
    }
    assertThat(read[0]).isEqualTo(size);
    assertThat(writes.removeLast()).isEqualTo(new Write(0, 1));
    int inner = (int) Layout.innerMhts(size);
    long next = 1;
    var groups = writes.subList(0, writes.size() - inner);
    for (int i = 0; i < groups.size(); i++) {
      assertThat(groups.get(i).node()).isEqualTo(i < inner ? next + 1 : next);
      assertThat(groups.get(i).nodes()).isLessThanOrEqualTo(97);
      next = groups.get(i).node() + groups.get(i).nodes();
    }
    assertThat(next * 4096).isEqualTo(Layout.hostLength(size));
    for (int i = 0; i < inner; i++)
      assertThat(writes.get(groups.size() + i)).isEqualTo(new Write(1 + 97L * (inner - 1 - i), 1));
  }

  @Test
  void a_source_that_ends_early_is_a_fault_and_leaves_no_metadata() {
    byte[] host = new byte[(int) Layout.hostLength(20_000)];
    try (var writer = new PfWriter(key)) {
      PfSource cut = (offset, into, from, length) -> (int) Math.min(length, 15_000 - offset);
      assertThatThrownBy(
              () ->
                  writer.write(
                      Bytes.PATH,
                      20_000,
                      cut,
                      (offset, bytes, from, length) ->
                          System.arraycopy(bytes, from, host, (int) offset, length)))
          .isInstanceOf(PfException.class);
    }
    Bytes.assertRefused(Bytes.open(host, key, Bytes.PATH), PfCode.FORMAT);
  }

  @Test
  void a_key_of_another_length_is_a_fault() {
    try (var wrong = Secret.moveFrom(new byte[32])) {
      assertThatThrownBy(() -> new PfWriter(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void the_metadata_may_lie_about_nothing_even_under_the_right_key() {
    byte[] plain = new byte[Metadata.PLAIN];
    Metadata.layOut(plain, Bytes.PATH, 10);
    assertThat(Bytes.open(sealed(plain), key, Bytes.PATH).isGranted()).isTrue();
    for (long size : new long[] {3073, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      Metadata.layOut(plain, Bytes.PATH, size);
      Bytes.assertRefused(Bytes.open(sealed(plain), key, Bytes.PATH), PfCode.LENGTH);
    }
    Metadata.layOut(plain, new byte[0], 10);
    Arrays.fill(plain, 0, Metadata.PATH_ROOM, (byte) 'a');
    Bytes.assertRefused(Bytes.open(sealed(plain), key, Bytes.PATH), PfCode.FORMAT);
  }

  private byte[] sealed(byte[] plain) {
    return Metadata.seal(new NodeCipher(), plain, Bytes.content(32, 1), key);
  }

  private byte[] records(byte[] old, int... nodes) {
    var out = ByteBuffer.allocate(4104 * nodes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int node : nodes) out.putLong(node).put(old, node * 4096, 4096);
    return out.array();
  }

  private Outcome<byte[]> recovered(byte[] host, byte[] recovery) {
    return PfReader.open(
            new Bytes.Host(host),
            () -> Outcome.granted(new Bytes.Host(recovery)),
            key,
            Optional.of(Bytes.PATH))
        .then(Bytes::all);
  }

  @Test
  void a_write_that_was_cut_off_is_refused_without_its_recovery_file_and_undone_with_it() {
    byte[] content = Bytes.content(12_000, 8);
    byte[] old = Bytes.protect(content, key, Bytes.PATH);
    byte[] torn = Arrays.copyOf(old, old.length + 4096);
    for (int node : new int[] {0, 1, 3})
      Arrays.fill(torn, node * 4096 + 60, node * 4096 + 99, (byte) 1);
    torn[58] = 1;
    Bytes.assertRefused(Bytes.open(torn, key, Bytes.PATH), PfCode.PENDING);
    assertThat(recovered(torn, records(old, 0, 1, 3)).orThrow()).isEqualTo(content);
    Bytes.assertRefused(recovered(torn, records(old, 0, 1)), PfCode.DAMAGED);
    Bytes.assertRefused(recovered(torn, records(old, 0, 1, 1)), PfCode.RECOVERY);
    Bytes.assertRefused(recovered(torn, new byte[0]), PfCode.RECOVERY);
    byte[] cut = records(old, 0, 1, 3);
    Bytes.assertRefused(recovered(torn, Arrays.copyOf(cut, cut.length - 1)), PfCode.RECOVERY);
  }

  @Test
  void a_recovery_file_beside_a_file_at_rest_is_not_looked_at() {
    byte[] content = Bytes.content(5000, 8);
    byte[] host = Bytes.protect(content, key, Bytes.PATH);
    assertThat(recovered(host, new byte[3]).orThrow()).isEqualTo(content);
  }
}
