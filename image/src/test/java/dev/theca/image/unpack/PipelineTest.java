package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Progress;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is judged of a layer, and in which order. */
@Timeout(120)
class PipelineTest extends PipelineBed {
  private static Layer stored(Layer layer, byte[] bytes) {
    return new Layer(layer.descriptor(), layer.diffId(), TestLayers.blob(bytes));
  }

  @Test
  void other_bytes_than_the_manifest_names_are_told_before_what_they_hold() {
    var layer = TestLayers.gzip(TAR);
    byte[] changed = TestLayers.gzipped(TAR);
    changed[changed.length / 2] ^= 1;
    assertThat(refusal(stored(layer, changed))).contains("other bytes, sha256:");
    assertThat(refusal(stored(layer, Arrays.copyOf(changed, 100)))).contains("is 100 bytes,");
    assertThat(refusal(stored(layer, Arrays.copyOf(changed, changed.length + 70_000))))
        .contains("is more bytes,");
    assertThat(refusal(stored(layer, NO_TAR))).startsWith("image-layer: ").contains("push");
  }

  @Test
  void an_archive_with_another_diff_id_is_refused() {
    var layer = TestLayers.gzip(TAR);
    var lying = new Layer(layer.descriptor(), Digest.sha256(NO_TAR), layer.blob());
    assertThat(refusal(lying)).contains("diff id " + Digest.sha256(NO_TAR));
  }

  @Test
  void bytes_of_another_compression_are_refused() {
    String type = TestLayers.TAR;
    assertThat(refusal(TestLayers.layer(type + "+gzip", TAR, TAR))).contains("is not gzip,");
    assertThat(refusal(TestLayers.layer(type + "+zstd", TAR, TAR))).contains("is not zstd,");
    assertThat(refusal(TestLayers.layer(type, TestLayers.gzipped(TAR), TAR))).contains("checksum");
    assertThat(refusal(TestLayers.layer(type + "+gzip", new byte[0], TAR))).contains("nothing");
    assertThat(refusal(TestLayers.layer(type + "+zstd", new byte[0], TAR))).contains("nothing");
    assertThat(refusal(TestLayers.layer(type + "+bzip2", TAR, TAR))).startsWith("image-layer-type");
    assertThat(refusal(TestLayers.layer("text/plain", TAR, TAR))).startsWith("image-layer-type");
  }

  @Test
  void several_gzip_members_and_zstd_frames_are_one_archive_and_junk_behind_them_is_refused() {
    byte[] head = Arrays.copyOf(TAR, 1000);
    byte[] tail = Arrays.copyOfRange(TAR, 1000, TAR.length);
    byte[] members = joined(TestLayers.gzipped(head), TestLayers.gzipped(tail));
    byte[] skippable = {0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3};
    byte[] frames =
        joined(skippable, TestLayers.zstd(head), skippable, TestLayers.zstd(tail), skippable);
    String gzip = TestLayers.TAR + "+gzip";
    String zstd = TestLayers.TAR + "+zstd";
    assertThat(refusal(TestLayers.layer(gzip, members, TAR))).isEqualTo("granted");
    assertThat(refusal(TestLayers.layer(zstd, frames, TAR))).isEqualTo("granted");
    assertThat(refusal(TestLayers.layer(gzip, joined(members, new byte[9]), TAR)))
        .contains("other bytes behind gzip");
    assertThat(refusal(TestLayers.layer(zstd, joined(frames, new byte[9]), TAR)))
        .contains("other bytes behind zstd");
    for (int cut : new int[] {3, 9, 100, members.length - 3})
      assertThat(refusal(TestLayers.layer(gzip, Arrays.copyOf(members, cut), TAR)))
          .contains("cut off");
    for (int cut : new int[] {3, 9, 14, 20, 100, frames.length - 1})
      assertThat(refusal(TestLayers.layer(zstd, Arrays.copyOf(frames, cut), TAR)))
          .contains("cut off");
    byte[] wrong = members.clone();
    wrong[wrong.length - 6] ^= 1;
    assertThat(refusal(TestLayers.layer(gzip, wrong, TAR))).contains("checksum is wrong");
  }

  private static byte[] joined(byte[]... parts) {
    var out = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }

  @Test
  void a_compression_bomb_is_refused_behind_the_floor_and_so_is_a_window_that_takes_all_memory() {
    byte[] bomb = new TarMaker().file("f", new byte[3 << 20]).end();
    var limits = Limits.DEFAULT.withBytes(1L << 30, 100, 1 << 20, 8 << 20);
    assertThat(refusal(TestLayers.unpacker(limits), TestLayers.gzip(bomb)))
        .startsWith("image-limit: ")
        .contains("more than 100 times");
    assertThat(refusal(TestLayers.gzip(bomb))).isEqualTo("granted");
    var small = Limits.DEFAULT.withBytes(1 << 20, 100, 1 << 30, 8 << 20);
    assertThat(refusal(TestLayers.unpacker(small), TestLayers.gzip(bomb)))
        .startsWith("image-limit: ")
        .contains("1048576");
    byte[] window = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0x88, 1, 0, 0};
    assertThat(refusal(TestLayers.layer(TestLayers.TAR + "+zstd", window, TAR)))
        .startsWith("image-limit: ")
        .contains("window of 134217728 bytes, more than 8388608");
  }

  @Test
  void an_encrypted_layer_is_opened_as_it_streams_and_its_cipher_is_asked_at_the_end() {
    byte[] gzip = TestLayers.gzipped(TAR);
    byte[] sealed = gzip.clone();
    for (int i = 0; i < sealed.length; i++) sealed[i] ^= 0x55;
    var layer = TestLayers.layer(TestLayers.TAR + "+gzip+encrypted", sealed, TAR);
    var closed = new AtomicInteger();
    assertThat(refusal(unpacker(opener(true, closed)), layer)).isEqualTo("granted");
    assertThat(refusal(unpacker(opener(false, closed)), layer)).startsWith("image-mac: ");
    assertThat(closed).hasValue(2);
    assertThat(refusal(layer)).startsWith("image-encrypted: ");
    var lying = new Layer(layer.descriptor(), Digest.sha256(NO_TAR), layer.blob());
    assertThat(refusal(unpacker(opener(false, closed)), lying)).startsWith("image-mac: ");
    byte[] changed = sealed.clone();
    changed[9] ^= 1;
    assertThat(refusal(unpacker(opener(false, closed)), stored(layer, changed)))
        .startsWith("image-layer: ");
  }

  private static Unpacker unpacker(LayerOpener opener) {
    return new Unpacker(opener, new JavaZstd(), Limits.DEFAULT, Progress.silent());
  }

  private static LayerOpener opener(boolean authentic, AtomicInteger closed) {
    return layer ->
        Outcome.granted(
            new LayerOpener.OpenLayer() {
              @Override
              public void update(byte[] bytes, int from, int length) {
                for (int i = from; i < from + length; i++) bytes[i] ^= 0x55;
              }

              @Override
              public Outcome<Boolean> finish() {
                return authentic
                    ? Outcome.granted(true)
                    : Outcome.refused(Code.of("image-mac"), "layer", "sealed", "changed", "seal");
              }

              @Override
              public void close() {
                closed.incrementAndGet();
              }
            });
  }
}
