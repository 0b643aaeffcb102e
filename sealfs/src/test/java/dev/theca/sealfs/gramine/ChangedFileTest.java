package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that somebody without the key changed, and some by somebody with it. */
class ChangedFileTest {
  private static final int GROUP = 96 * 4096;
  private final Secret key = Bytes.key(1);

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
      readAsFarAsItGoes(bad, content);
    }
  }

  private void readAsFarAsItGoes(byte[] host, byte[] content) {
    if (!(Bytes.open(host, key, Bytes.PATH) instanceof Outcome.Granted<PfReader>(var reader)))
      return;
    try (reader) {
      byte[] part = new byte[1000];
      for (int at = 0; at < content.length; at += part.length) {
        if (!(reader.read(at, part, 0, part.length) instanceof Outcome.Granted<Integer>(var n)))
          return;
        assertThat(Arrays.copyOf(part, n)).isEqualTo(Arrays.copyOfRange(content, at, at + n));
      }
      throw new AssertionError("a damaged file was read to its end");
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
}
