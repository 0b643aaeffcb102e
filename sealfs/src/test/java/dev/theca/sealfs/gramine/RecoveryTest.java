package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A write of Gramine that was cut off: records of the state before it lie beside the file. */
class RecoveryTest {
  private final Secret key = Bytes.key(1);

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
