package dev.theca.image.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.Manifest;
import dev.theca.image.Progress;
import dev.theca.image.crypt.JweUnwrap;
import dev.theca.image.crypt.JweWrap;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.wire.Digest;
import dev.theca.wire.jose.Jwk;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EncryptingTest {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  private final Jwk key = Jwk.generate("P-256");
  private final MemoryPlace plain = new MemoryPlace();
  private final MemoryPlace sealed = new MemoryPlace();
  private final MemoryPlace again = new MemoryPlace();

  private static byte[] bytes(int seed, int length) {
    byte[] made = new byte[length];
    new Random(seed).nextBytes(made);
    return made;
  }

  private Encrypting encrypting(Set<Integer> layers) {
    return new Encrypting(
        new LayerSealer(List.of(new JweWrap(Jwk.parse(key.publicJson()).orThrow()))), layers);
  }

  private Decrypting decrypting() {
    return new Decrypting(new OcicryptOpener(List.of(new JweUnwrap(key))));
  }

  private static Copied copy(MemoryPlace from, MemoryPlace to, LayerChange change) {
    return new ImageCopy(from, to, ImageCopy.How.plain().with(change), Progress.silent())
        .run()
        .orThrow();
  }

  @Test
  void what_was_encrypted_comes_back_with_its_old_layers() {
    byte[] large = bytes(1, 3_000_000);
    plain.image(Manifest.OCI, LAYER, List.of(large, bytes(2, 100)));
    var made = copy(plain, sealed, encrypting(Set.of()));
    assertThat(made.images().getFirst().layers())
        .allMatch(layer -> layer.mediaType().equals(LAYER + "+encrypted"))
        .allMatch(layer -> sealed.blobs.containsKey(layer.digest()));
    assertThat(sealed.blobs).doesNotContainKey(Digest.sha256(large));
    var back = copy(sealed, again, decrypting());
    assertThat(back.images().getFirst().layers())
        .isEqualTo(Manifest.parse(plain.root.orElseThrow()).orThrow().layers());
  }

  @Test
  void only_the_chosen_layers_are_encrypted() {
    plain.image(Manifest.OCI, LAYER, List.of(bytes(1, 10), bytes(2, 10), bytes(3, 10)));
    var layers = copy(plain, sealed, encrypting(Set.of(1))).images().getFirst().layers();
    assertThat(layers.stream().map(dev.theca.image.Descriptor::encrypted))
        .containsExactly(false, true, false);
  }

  @Test
  void swapped_bytes_are_not_sealed() {
    byte[] layer = bytes(1, 1000);
    plain.image(Manifest.OCI, LAYER, List.of(layer));
    plain.blobs.put(Digest.sha256(layer), bytes(2, 1000));
    assertThatThrownBy(() -> copy(plain, sealed, encrypting(Set.of())))
        .hasMessageContaining("pull the image again");
    assertThat(sealed.root).isEmpty();
  }

  @Test
  void a_changed_ciphertext_is_not_decrypted() {
    plain.image(Manifest.OCI, LAYER, List.of(bytes(1, 1000)));
    var made = copy(plain, sealed, encrypting(Set.of()));
    byte[] stored = sealed.blobs.get(made.images().getFirst().layers().getFirst().digest());
    stored[500] ^= 1;
    assertThatThrownBy(() -> copy(sealed, again, decrypting()));
    assertThat(again.root).isEmpty();
  }
}
