package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that changes an exported tree before it is used. */
class ListingCheckTest {
  @TempDir Path folder;
  private final Secret key = Bytes.key(4);
  private final BoundRoot root = new BoundRoot("/cc/rootfs");
  private Path tree;
  private Listing listing;

  @BeforeEach
  void export() {
    tree = folder.resolve("tree");
    listing = export(tree).listing();
  }

  private PfExport.Exported export(Path to) {
    var made = new MadeTree().dir("etc").dir("etc/ssl").dir("empty");
    made.file("etc/passwd", "root").file("etc/shadow", "hash").file("etc/ssl/ca", new byte[9000]);
    made.file("big", Bytes.content(900_000, 1));
    return PfExport.export(made, to, key, ExportOptions.under(root)).orThrow();
  }

  private void assertRefused(PfCode code) {
    Bytes.assertRefused(ListingCheck.check(tree, listing), code);
    Bytes.assertRefused(ListingCheck.check(tree, listing, key, root), code);
  }

  @Test
  void an_untouched_tree_is_granted_and_counted() {
    var all = new ListingCheck.Checked(4, 3);
    assertThat(ListingCheck.check(tree, listing).orThrow()).isEqualTo(all);
    assertThat(ListingCheck.check(tree, listing, key, root).orThrow()).isEqualTo(all);
  }

  @Test
  void a_file_or_directory_that_was_removed_is_missed() throws Exception {
    Files.delete(tree.resolve("etc/passwd"));
    Files.delete(tree.resolve("empty"));
    var refused = (Outcome.Refused<?>) ListingCheck.check(tree, listing);
    assertThat(refused.reasons())
        .extracting(r -> r.code().id() + " " + r.what())
        .containsExactlyInAnyOrder("listing-missing /etc/passwd", "listing-missing /empty/");
  }

  @Test
  void a_tree_that_was_removed_is_missed() {
    Bytes.assertRefused(
        ListingCheck.check(folder.resolve("none"), listing), PfCode.LISTING_MISSING);
  }

  @Test
  void a_file_or_directory_that_was_added_is_refused() throws Exception {
    Files.copy(tree.resolve("etc/passwd"), tree.resolve("etc/ssl/more"));
    assertRefused(PfCode.LISTING_EXTRA);
    Files.move(tree.resolve("etc/ssl/more"), tree.resolve("etc/passwd.gramine.recovery"));
    assertRefused(PfCode.LISTING_EXTRA);
    Files.delete(tree.resolve("etc/passwd.gramine.recovery"));
    Files.createDirectory(tree.resolve("empty/er"));
    assertRefused(PfCode.LISTING_EXTRA);
  }

  @Test
  void two_files_that_were_swapped_are_refused() throws Exception {
    Path aside = folder.resolve("aside");
    Files.move(tree.resolve("etc/passwd"), aside);
    Files.move(tree.resolve("etc/shadow"), tree.resolve("etc/passwd"));
    Files.move(aside, tree.resolve("etc/shadow"));
    assertRefused(PfCode.LISTING_TAG);
  }

  @Test
  void an_older_version_of_a_file_at_its_own_path_is_refused() throws Exception {
    export(folder.resolve("older"));
    Files.copy(
        folder.resolve("older/etc/passwd"),
        tree.resolve("etc/passwd"),
        StandardCopyOption.REPLACE_EXISTING);
    Path file = tree.resolve("etc/passwd");
    assertThat(PfReader.open(file, key, Bytes.utf8("/cc/rootfs/etc/passwd")).isGranted())
        .as("it is a good file all the same")
        .isTrue();
    assertRefused(PfCode.LISTING_TAG);
  }

  @Test
  void a_file_that_was_cut_or_extended_is_refused() throws Exception {
    byte[] whole = Files.readAllBytes(tree.resolve("big"));
    for (int length :
        new int[] {0, 4096, whole.length - 4096, whole.length - 1, whole.length + 4096}) {
      Files.write(tree.resolve("big"), Arrays.copyOf(whole, length));
      assertRefused(PfCode.LISTING_SIZE);
    }
    Files.write(tree.resolve("big"), whole);
    assertThat(ListingCheck.check(tree, listing).isGranted()).isTrue();
  }

  @Test
  void a_changed_metadata_node_under_an_unchanged_tag_is_seen_with_the_key() throws Exception {
    byte[] whole = Files.readAllBytes(tree.resolve("big"));
    whole[100] ^= 1;
    Files.write(tree.resolve("big"), whole);
    assertThat(ListingCheck.check(tree, listing).isGranted()).as("the tag is as listed").isTrue();
    Bytes.assertRefused(ListingCheck.check(tree, listing, key, root), PfCode.DAMAGED);
    Bytes.assertRefused(ListingCheck.check(tree, listing, Bytes.key(9), root), PfCode.DAMAGED);
  }

  @Test
  void a_tree_that_was_exported_for_another_path_is_refused_with_the_key() {
    var elsewhere = new BoundRoot("/cc/other");
    Bytes.assertRefused(ListingCheck.check(tree, listing, key, elsewhere), PfCode.PATH);
  }

  @Test
  void a_listing_with_another_size_under_the_right_tag_is_refused_with_the_key() {
    var lying =
        Listing.of(
            listing.entries().stream()
                .map(e -> e.size() == 4 ? Listing.Entry.file(e.path(), 5, e.tag()) : e)
                .toList());
    Bytes.assertRefused(ListingCheck.check(tree, lying, key, root), PfCode.LISTING_SIZE);
  }

  @Test
  void a_file_that_waits_for_its_recovery_is_refused() throws Exception {
    byte[] whole = Files.readAllBytes(tree.resolve("etc/passwd"));
    whole[58] = 1;
    Files.write(tree.resolve("etc/passwd"), whole);
    assertRefused(PfCode.PENDING);
  }

  @Test
  void links_of_the_host_are_never_followed() throws Exception {
    Files.move(tree.resolve("etc"), folder.resolve("etc"));
    Files.createSymbolicLink(tree.resolve("etc"), folder.resolve("etc"));
    assertRefused(PfCode.LISTING_KIND);
    Files.delete(tree.resolve("etc"));
    Files.move(folder.resolve("etc"), tree.resolve("etc"));
    Files.move(tree.resolve("big"), folder.resolve("big"));
    Files.createSymbolicLink(tree.resolve("big"), folder.resolve("big"));
    assertRefused(PfCode.LISTING_KIND);
    Files.createSymbolicLink(folder.resolve("link"), tree);
    Bytes.assertRefused(
        ListingCheck.check(folder.resolve("link"), listing), PfCode.LISTING_MISSING);
  }

  @Test
  void a_directory_in_place_of_a_file_and_a_file_in_place_of_a_directory_are_refused()
      throws Exception {
    Files.delete(tree.resolve("big"));
    Files.createDirectory(tree.resolve("big"));
    assertRefused(PfCode.LISTING_KIND);
    Files.delete(tree.resolve("empty"));
    Files.write(tree.resolve("empty"), new byte[4096]);
    assertRefused(PfCode.LISTING_KIND);
  }

  @Test
  void data_nodes_are_not_read_by_the_check_but_refused_when_they_are() throws Exception {
    byte[] whole = Files.readAllBytes(tree.resolve("big"));
    whole[200_000] ^= 1;
    Files.write(tree.resolve("big"), whole);
    assertThat(ListingCheck.check(tree, listing, key, root).isGranted()).isTrue();
    Bytes.assertRefused(Bytes.read(whole, key, Bytes.utf8("/cc/rootfs/big")), PfCode.DAMAGED);
  }

  @Test
  void a_host_that_floods_the_tree_gets_a_short_answer() throws Exception {
    for (int i = 0; i < 500; i++) Files.createFile(tree.resolve("etc/x" + i));
    var refused = (Outcome.Refused<?>) ListingCheck.check(tree, listing);
    assertThat(refused.reasons()).hasSize(32);
  }

  @Test
  void what_a_crashed_export_leaves_is_refused() throws Exception {
    Files.createDirectory(tree.resolve(HostTree.STAGING));
    assertRefused(PfCode.LISTING_EXTRA);
  }
}
