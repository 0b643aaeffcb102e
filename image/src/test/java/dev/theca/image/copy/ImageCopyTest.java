package dev.theca.image.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageCopyTest {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

  private final MemoryPlace from = new MemoryPlace();
  private final MemoryPlace to = new MemoryPlace();

  private static byte[] bytes(int seed, int length) {
    byte[] made = new byte[length];
    new Random(seed).nextBytes(made);
    return made;
  }

  private Copied copied(ImageCopy.How how) {
    return new ImageCopy(from, to, how, Progress.silent()).run().orThrow();
  }

  /** Flips every bit. */
  private static final LayerChange FLIPPED =
      new LayerChange() {
        @Override
        public boolean applies(Descriptor layer, int index) {
          return true;
        }

        @Override
        public Outcome<Running> begin(Descriptor layer) {
          return Outcome.granted(
              new Running() {
                @Override
                public void update(byte[] bytes, int from, int length) {
                  for (int i = from; i < from + length; i++) bytes[i] ^= (byte) 0xFF;
                }

                @Override
                public Outcome<Descriptor> finish(Digest digest, long size) {
                  return Outcome.granted(
                      new Descriptor(
                          layer.mediaType() + "+flipped", digest, size, Map.of("a", "b")));
                }

                @Override
                public void close() {}
              });
        }
      };

  @Test
  void a_plain_copy_keeps_every_byte_and_so_the_digest() {
    var root =
        from.image(
            Manifest.DOCKER, DOCKER_LAYER, List.of(bytes(1, 900_000), bytes(2, 3), bytes(3, 0)));
    assertThat(copied(ImageCopy.How.plain()).root()).isEqualTo(root);
    assertThat(to.root).contains(root);
    assertThat(to.blobs.keySet()).isEqualTo(from.blobs.keySet());
  }

  @Test
  void what_the_place_has_is_not_sent_again() {
    from.image(Manifest.OCI, LAYER, List.of(bytes(1, 1000), bytes(2, 1000)));
    copied(ImageCopy.How.plain());
    int first = to.uploads.get();
    copied(ImageCopy.How.plain());
    assertThat(to.uploads.get()).isEqualTo(first).isEqualTo(3);
  }

  @Test
  void blobs_are_taken_over_from_another_repository_where_that_is_possible() {
    from.image(Manifest.OCI, LAYER, List.of(bytes(1, 1000)));
    to.mounts = true;
    copied(ImageCopy.How.plain().mounting(ImageRef.parse("here/other").orThrow()));
    assertThat(to.uploads.get()).isZero();
    assertThat(to.mounted).hasSize(2);
  }

  @Test
  void changed_layers_make_an_oci_manifest_with_their_new_descriptors() {
    byte[] layer = bytes(1, Conveyor.BUFFER_BYTES * 20 + 17);
    from.image(Manifest.DOCKER, DOCKER_LAYER, List.of(layer, bytes(2, 5)));
    var made = copied(ImageCopy.How.plain().with(FLIPPED));
    assertThat(made.root().mediaType()).isEqualTo(Manifest.OCI);
    var manifest = made.images().getFirst().manifest();
    assertThat(manifest.config().mediaType()).isEqualTo(MediaTypes.OCI_CONFIG);
    byte[] stored = to.blobs.get(manifest.layers().getFirst().digest());
    for (int i = 0; i < stored.length; i++) stored[i] ^= (byte) 0xFF;
    assertThat(stored).isEqualTo(layer);
    assertThat(manifest.layers().getFirst().annotations()).containsEntry("a", "b");
    assertThat(to.blobs).doesNotContainKey(Digest.sha256(layer));
  }

  @Test
  void the_layers_keep_their_order_however_many_move_at_once() {
    var layers = new ArrayList<byte[]>();
    for (int i = 0; i < 40; i++) layers.add(bytes(i, (40 - i) * 10_000));
    var root = from.image(Manifest.OCI, LAYER, layers);
    var how =
        new ImageCopy.How(new ImageCopy.Choice.All(), LayerChange.none(), Optional.empty(), 16);
    assertThat(copied(how).root()).isEqualTo(root);
  }

  @Test
  void other_bytes_than_the_manifest_names_are_refused_and_leave_no_image() {
    byte[] layer = bytes(1, 300_000);
    from.image(Manifest.OCI, LAYER, List.of(layer));
    from.blobs.put(Digest.sha256(layer), bytes(9, 300_000));
    var answer = new ImageCopy(from, to, ImageCopy.How.plain(), Progress.silent()).run();
    assertThatThrownBy(answer::orThrow)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("image-layer");
    assertThat(to.root).isEmpty();
  }

  @Test
  void more_bytes_than_announced_end_the_copy() {
    byte[] layer = bytes(1, 300_000);
    from.image(Manifest.OCI, LAYER, List.of(layer));
    from.blobs.put(Digest.sha256(layer), bytes(9, 3_000_000));
    var copy = new ImageCopy(from, to, ImageCopy.How.plain(), Progress.silent());
    assertThatThrownBy(copy::run)
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("more than the 300000 bytes");
    assertThat(to.root).isEmpty();
  }

  @Test
  void fewer_bytes_than_announced_are_refused() {
    byte[] layer = bytes(1, 300_000);
    from.image(Manifest.OCI, LAYER, List.of(layer));
    from.blobs.put(Digest.sha256(layer), bytes(1, 10));
    assertThat(new ImageCopy(from, to, ImageCopy.How.plain(), Progress.silent()).run().isGranted())
        .isFalse();
  }

  @Test
  void a_refusal_of_one_layer_ends_all() {
    from.image(Manifest.OCI, LAYER, List.of(bytes(1, 10), bytes(2, 10), bytes(3, 10)));
    from.blobs.remove(Digest.sha256(bytes(2, 10)));
    var answer = new ImageCopy(from, to, ImageCopy.How.plain(), Progress.silent()).run();
    assertThat(answer.isGranted()).isFalse();
    assertThat(to.documents).isEmpty();
  }

  private Document index() {
    var entries = new ArrayList<JsonValue>();
    for (String machine : List.of("arm64", "amd64")) {
      var image = from.image(Manifest.OCI, LAYER, List.of(bytes(machine.hashCode(), 500)));
      entries.add(
          new Descriptor(
                  Manifest.OCI,
                  image.digest(),
                  image.bytes().length,
                  Map.of(),
                  Optional.of(new Platform("linux", machine, "")),
                  "")
              .json());
    }
    var made =
        Document.of(
                Json.write(
                    JsonObject.builder()
                        .put("schemaVersion", 2)
                        .put("mediaType", Manifest.OCI_INDEX)
                        .put("manifests", new JsonArray(entries))
                        .build()))
            .orThrow();
    from.root = Optional.of(made);
    return made;
  }

  @Test
  void an_index_is_copied_whole_when_all_platforms_are_wanted() {
    var index = index();
    var made = copied(ImageCopy.How.plain().with(new ImageCopy.Choice.All()));
    assertThat(made.root()).isEqualTo(index);
    assertThat(made.images()).hasSize(2);
    assertThat(to.documents).hasSize(3);
  }

  @Test
  void an_index_of_changed_images_names_the_new_ones_with_their_platforms() {
    index();
    var made = copied(ImageCopy.How.plain().with(new ImageCopy.Choice.All()).with(FLIPPED));
    var index = dev.theca.image.Index.parse(made.root()).orThrow();
    assertThat(index.forPlatform(Platform.LINUX_AMD64).orElseThrow().digest())
        .isEqualTo(made.images().get(1).manifest().digest());
  }

  @Test
  void one_platform_of_an_index_becomes_an_image() {
    index();
    var made = copied(ImageCopy.How.plain());
    assertThat(made.root().isIndex()).isFalse();
    assertThat(to.blobs).containsKey(Digest.sha256(bytes("amd64".hashCode(), 500)));
    assertThat(to.blobs).doesNotContainKey(Digest.sha256(bytes("arm64".hashCode(), 500)));
  }

  @Test
  void a_platform_that_the_index_lacks_is_refused_with_those_it_has() {
    index();
    var how =
        ImageCopy.How.plain().with(new ImageCopy.Choice.One(new Platform("linux", "riscv64", "")));
    assertThatThrownBy(new ImageCopy(from, to, how, Progress.silent()).run()::orThrow)
        .hasMessageContaining("linux/arm64, linux/amd64");
  }

  @Test
  void progress_ends_with_the_size_of_each_blob() {
    from.image(Manifest.OCI, LAYER, List.of(bytes(1, 700_000)));
    var heard = new java.util.concurrent.ConcurrentHashMap<Digest, Long>();
    new ImageCopy(
            from,
            to,
            ImageCopy.How.plain(),
            (blob, step, bytes) -> {
              if (step == Progress.Step.DONE) heard.put(blob.digest(), bytes);
            })
        .run()
        .orThrow();
    assertThat(heard).containsEntry(Digest.sha256(bytes(1, 700_000)), 700_000L).hasSize(2);
  }
}
