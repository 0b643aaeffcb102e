package dev.theca.enclave.gramine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.sealfs.Meta;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.sealfs.gramine.BoundRoot;
import dev.theca.sealfs.gramine.ExportOptions;
import dev.theca.sealfs.gramine.ListingCheck;
import dev.theca.sealfs.gramine.PfExport;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a sealed image to the key of its encrypted mount, on plain directories in the place of the
 * host's tree and of Gramine's key files: no key for a tree that is not the one of the hand-over.
 */
class ProtectedTreeTest {
  private static final String ROOT = "/cc/rootfs";

  @TempDir Path folder;
  private Path tree;
  private Path listing;
  private Path keys;
  private VolumeGrant.Protected granted;
  private byte[] key = new byte[0];

  @BeforeEach
  void export() throws Exception {
    tree = folder.resolve("tree");
    listing = folder.resolve("listing");
    keys = Files.createDirectory(folder.resolve("keys"));
    Files.createFile(keys.resolve("cc_rootfs"));
    var uuid = UUID.randomUUID();
    try (var baseKey = Secret.random(32, new SecureRandom());
        var writer = VolumeWriter.create(folder.resolve("base.seal"), uuid, baseKey)) {
      long etc = writer.mkdir(VolumeWriter.ROOT, "etc".getBytes(UTF_8), new Meta(0755, 0, 0, 0));
      for (String name : new String[] {"passwd", "shadow"}) {
        long file = writer.file(etc, name.getBytes(UTF_8), new Meta(0644, 0, 0, 0));
        byte[] content = (name + " of the image ").repeat(5000).getBytes(UTF_8);
        writer.data(file, 0, content, 0, content.length);
      }
      var sealed = writer.seal();
      try (var volume =
          Volume.openBase(folder.resolve("base.seal"), uuid, baseKey, sealed.root()).orThrow()) {
        var kpf = volume.gramineKey();
        key = kpf.lend(byte[]::clone);
        var exported =
            PfExport.export(volume.tree(), tree, kpf, ExportOptions.under(new BoundRoot(ROOT)))
                .orThrow();
        Files.write(listing, exported.listing().bytes());
        granted =
            new VolumeGrant.Protected(
                "cc_rootfs", kpf, exported.listing().digest().toBytes(), ROOT);
      }
    }
  }

  private Outcome<ListingCheck.Checked> unlock() {
    return ProtectedTree.unlock(tree, listing, granted, keys);
  }

  private void noKey(Outcome<ListingCheck.Checked> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(keys.resolve("cc_rootfs")).isEmptyFile();
  }

  @Test
  void the_key_is_set_for_exactly_the_tree_that_was_exported() {
    assertThat(unlock().orThrow()).isEqualTo(new ListingCheck.Checked(2, 1));
    assertThat(keys.resolve("cc_rootfs")).hasBinaryContent(key);
  }

  @Test
  void a_file_that_the_host_removed_added_or_swapped_keeps_the_key_away() throws Exception {
    Path passwd = tree.resolve("etc/passwd");
    Path shadow = tree.resolve("etc/shadow");
    Files.copy(passwd, tree.resolve("etc/more"));
    noKey(unlock());
    Files.delete(tree.resolve("etc/more"));
    Path aside = folder.resolve("aside");
    Files.move(passwd, aside);
    noKey(unlock());
    Files.move(shadow, passwd);
    Files.move(aside, shadow);
    noKey(unlock());
  }

  @Test
  void a_listing_that_is_not_the_one_of_the_hand_over_keeps_the_key_away() throws Exception {
    byte[] bytes = Files.readAllBytes(listing);
    bytes[bytes.length - 1] ^= 1;
    Files.write(listing, bytes);
    noKey(unlock());
  }

  @Test
  void a_tree_under_another_key_keeps_the_key_away() throws Exception {
    try (var other = Secret.moveFrom(new byte[16])) {
      noKey(
          ProtectedTree.unlock(
              tree,
              listing,
              new VolumeGrant.Protected("cc_rootfs", other, granted.listing(), ROOT),
              keys));
    }
  }

  @Test
  void a_key_that_gramine_does_not_know_is_a_fault() {
    var unknown =
        new VolumeGrant.Protected("other", granted.key(), granted.listing(), granted.root());
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> ProtectedTree.unlock(tree, listing, unknown, keys))
        .hasMessageContaining("cannot set the key");
  }
}
