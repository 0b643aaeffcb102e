package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.secret.Secret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which order the writer reads and writes, and what it uses once. */
class WriteOrderTest {
  private static final int GROUP = 96 * 4096;
  private final Secret key = Bytes.key(1);

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
}
