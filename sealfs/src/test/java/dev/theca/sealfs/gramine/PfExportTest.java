package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PfExportTest {
  @TempDir Path folder;
  private final Secret key = Bytes.key(3);
  private final BoundRoot root = new BoundRoot("/cc/rootfs");
  private final ExportOptions options = ExportOptions.under(root);
  private final MadeTree tree = new MadeTree();

  private Outcome<PfExport.Exported> export(ExportOptions how) {
    return PfExport.export(tree, folder.resolve("rootfs"), key, how);
  }

  private PfExport.Exported exported() {
    return export(options).orThrow();
  }

  private byte[] read(String path) {
    Path file = folder.resolve("rootfs").resolve(path);
    return PfReader.open(file, key, Bytes.utf8("/cc/rootfs/" + path)).then(Bytes::all).orThrow();
  }

  private boolean isThere(String path) {
    return Files.exists(folder.resolve("rootfs").resolve(path), LinkOption.NOFOLLOW_LINKS);
  }

  private static List<String> paths(PfExport.Exported exported) {
    return exported.listing().entries().stream().map(e -> new String(e.path())).toList();
  }

  private static List<String> named(PfExport.Exported exported, Change change) {
    return exported.report().changes().stream()
        .filter(c -> c.change() == change)
        .flatMap(c -> c.named().stream())
        .map(n -> n.path() + " " + n.detail())
        .toList();
  }

  @Test
  void a_tree_is_read_back_file_by_file_under_its_bound_paths() throws Exception {
    tree.dir("etc").dir("usr").dir("usr/bin").dir("empty");
    tree.file("etc/passwd", "root").file("etc/none", "");
    for (int i = 0; i < 40; i++) tree.file("usr/bin/f" + i, Bytes.content(i * 37_000, i));
    var done = export(options.withThreads(4)).orThrow();
    assertThat(read("etc/passwd")).isEqualTo(Bytes.utf8("root"));
    for (int i = 0; i < 40; i++)
      assertThat(read("usr/bin/f" + i)).isEqualTo(tree.content("usr/bin/f" + i));
    assertThat(Files.size(folder.resolve("rootfs/etc/none"))).isEqualTo(4096);
    assertThat(done.report().files()).isEqualTo(42);
    assertThat(done.report().directories()).isEqualTo(4);
    assertThat(done.report().changes()).isEmpty();
    assertThat(paths(done)).hasSize(46).contains("empty/", "etc/", "etc/none");
    assertThat(ListingCheck.check(folder.resolve("rootfs"), done.listing(), key, root).orThrow())
        .isEqualTo(new ListingCheck.Checked(42, 4));
  }

  @Test
  void permissions_stay_but_for_special_bits_and_the_owners_access() throws Exception {
    tree.dir("tmp", 01777).dir("locked", 0555).file("locked/su", "x").file("secret", "y");
    tree.mode("locked/su", 04755).mode("secret", 0040);
    var done = exported();
    assertThat(permissions("tmp")).isEqualTo("rwxrwxrwx");
    assertThat(permissions("locked")).isEqualTo("rwxr-xr-x");
    assertThat(permissions("locked/su")).isEqualTo("rwxr-xr-x");
    assertThat(permissions("secret")).isEqualTo("rw-r-----");
    assertThat(named(done, Change.MODE))
        .containsExactly(
            "/locked 0555 to 0755",
            "/locked/su 4755 to 0755",
            "/secret 0040 to 0640",
            "/tmp 1777 to 0777");
  }

  private String permissions(String path) throws Exception {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(folder.resolve("rootfs").resolve(path)));
  }

  @Test
  void what_cannot_be_held_is_named_in_the_report() {
    tree.dir("dev").special("dev/null", 0020000).special("dev/sda", 0060000);
    tree.special("pipe", 0010000).special("sock", 0140000);
    tree.file("mine", "x").owner("mine", 1000, 100).xattr("mine", "security.capability");
    tree.file("one", "same").link("one", "two");
    var done = exported();
    assertThat(paths(done)).containsExactly("dev/", "mine", "one", "two");
    assertThat(named(done, Change.SPECIAL))
        .containsExactly(
            "/dev/null character device", "/dev/sda block device", "/pipe fifo", "/sock socket");
    assertThat(named(done, Change.OWNER)).containsExactly("/mine 1000:100");
    assertThat(named(done, Change.XATTR)).containsExactly("/mine security.capability");
    assertThat(named(done, Change.HARD_LINK)).containsExactly("/one 2 names", "/two 2 names");
    assertThat(read("one")).isEqualTo(read("two"));
    assertThat(done.listing().entries().get(2).tag())
        .isNotEqualTo(done.listing().entries().get(3).tag());
  }

  @Test
  void a_link_to_a_file_becomes_a_copy_under_its_own_path() {
    tree.dir("usr").dir("usr/lib").file("usr/lib/libc.so.6.1", "code");
    tree.symlink("usr/lib/libc.so.6", "libc.so.6.1").symlink("usr/lib/libc.so", "libc.so.6");
    tree.symlink("c", "/usr/./lib//libc.so").symlink("up", "../../usr/lib/libc.so");
    var done = exported();
    for (String path : List.of("usr/lib/libc.so.6", "usr/lib/libc.so", "c", "up"))
      assertThat(read(path)).isEqualTo(Bytes.utf8("code"));
    assertThat(named(done, Change.SYMLINK_COPIED)).hasSize(4).contains("/c /usr/./lib//libc.so");
    assertThat(named(done, Change.SYMLINK_ABOVE_ROOT))
        .as("a link that climbs above the root ends in the tree")
        .containsExactly("/up ../../usr/lib/libc.so");
  }

  @Test
  void links_that_lead_nowhere_or_in_circles_are_left_out_and_named() {
    tree.symlink("a", "b")
        .symlink("b", "a")
        .symlink("self", "self")
        .symlink("mtab", "/proc/mounts");
    tree.symlink("empty", "").file("f", "x").symlink("through", "f/x").symlink("slash", "f/..");
    tree.dir("dev").special("dev/null", 0020000).symlink("null", "dev/null");
    var done = exported();
    assertThat(paths(done)).containsExactly("dev/", "f");
    assertThat(named(done, Change.SYMLINK_LOOP)).containsExactly("/a b", "/b a", "/self self");
    assertThat(named(done, Change.SYMLINK_DANGLING))
        .contains("/mtab /proc/mounts", "/empty ", "/through f/x", "/slash f/..");
    assertThat(named(done, Change.SYMLINK_TO_SPECIAL)).containsExactly("/null dev/null");
  }

  @Test
  void a_link_to_a_directory_that_may_change_becomes_a_copied_subtree() {
    tree.dir("srv").dir("srv/data").file("srv/data/f", "x").symlink("srv/data/g", "f");
    tree.symlink("data", "srv/data");
    var done = exported();
    assertThat(read("data/f")).isEqualTo(Bytes.utf8("x"));
    assertThat(read("data/g")).isEqualTo(Bytes.utf8("x"));
    assertThat(named(done, Change.SYMLINK_DIRECTORY_COPIED)).containsExactly("/data srv/data");
    assertThat(done.report().mounts()).isEmpty();
  }

  @Test
  void a_link_to_a_directory_that_is_only_read_becomes_an_extra_mount() {
    tree.dir("usr").dir("usr/lib").file("usr/lib/f", "x").symlink("lib", "usr/lib");
    tree.dir("usr2").symlink("other", "usr2");
    var done = export(options.withReadOnly("/usr")).orThrow();
    assertThat(done.report().mounts())
        .containsExactly(new ExtraMount("/lib", "file:/cc/rootfs/usr/lib"));
    assertThat(isThere("lib")).isFalse();
    assertThat(isThere("other")).as("/usr2 is not below /usr").isTrue();
  }

  @Test
  void links_in_a_mounted_directory_are_mounted_under_both_names_and_never_without_end() {
    tree.dir("usr").dir("usr/lib").dir("usr/share").dir("usr/share/doc").dir("usr/bin");
    tree.symlink("usr/lib/doc", "../share/doc").symlink("lib", "/usr/lib");
    tree.symlink("usr/bin/X11", ".").symlink("bin", "usr/bin");
    tree.symlink("usr/share/doc/lib", "../../lib");
    var mounts = export(options.withReadOnly("/usr")).orThrow().report().mounts();
    assertThat(mounts)
        .extracting(ExtraMount::path, m -> m.uri().substring("file:/cc/rootfs".length()))
        .contains(
            tuple("/bin", "/usr/bin"),
            tuple("/bin/X11", "/usr/bin"),
            tuple("/usr/bin/X11", "/usr/bin"),
            tuple("/lib", "/usr/lib"),
            tuple("/lib/doc", "/usr/share/doc"),
            tuple("/lib/doc/lib", "/usr/lib"),
            tuple("/usr/lib/doc", "/usr/share/doc"))
        .doesNotContain(tuple("/bin/X11/X11", "/usr/bin"))
        .hasSizeLessThan(12);
    assertThat(mounts).extracting(ExtraMount::path).isSorted();
  }

  @Test
  void a_link_to_a_directory_above_itself_is_left_out_of_a_copy() {
    tree.dir("a").dir("a/b").file("a/b/f", "x");
    tree.symlink("a/b/up", "..").symlink("root", "/").symlink("a/here", ".").symlink("b", "a/b");
    var done = exported();
    assertThat(named(done, Change.SYMLINK_LOOP)).contains("/a/b/up ..", "/a/here .", "/root /");
    assertThat(paths(done)).contains("b/f", "b/up/b/f").doesNotContain("b/up/b/up/", "root/");
  }

  @Test
  void links_that_multiply_are_stopped_by_the_limit() {
    for (int i = 0; i < 30; i++) {
      tree.dir("d" + i);
      if (i > 0)
        tree.symlink("d" + (i - 1) + "/l", "/d" + i).symlink("d" + (i - 1) + "/r", "/d" + i);
    }
    var few = options.withLimits(new ExportLimits(10_000, 1 << 20, 1 << 20, 50));
    Bytes.assertRefused(export(few), PfCode.LIMIT);
    Bytes.assertRefused(export(few.withReadOnly("/")), PfCode.LIMIT);
    assertThat(folder.resolve("rootfs")).doesNotExist();
  }

  /** Holes are no holes there: the sizes count, and not what the volume takes. */
  @Test
  void what_the_disk_has_no_room_for_is_refused_before_anything_is_written() {
    var huge = new ExportLimits(10, PfWriter.MAX_SIZE, Long.MAX_VALUE, 0);
    TreeSource sparse =
        new TreeSource() {
          @Override
          public Item item(long ino) {
            boolean root = ino == ROOT;
            long size = root ? 0 : PfWriter.MAX_SIZE;
            return new Item(ino, root ? 0040755 : 0100600, size, 1, 0, 0, List.of());
          }

          @Override
          public void children(long directory, java.util.function.BiConsumer<byte[], Long> each) {
            each.accept(Bytes.utf8("a"), 2L);
            each.accept(Bytes.utf8("b"), 3L);
          }

          @Override
          public byte[] target(long symlink) {
            throw new AssertionError("there is no link");
          }

          @Override
          public int read(long file, long offset, byte[] into, int from, int length) {
            throw new AssertionError("content is read");
          }
        };
    Bytes.assertRefused(
        PfExport.export(sparse, folder.resolve("rootfs"), key, options.withLimits(huge)),
        PfCode.ROOM);
    assertThat(folder.resolve("rootfs")).doesNotExist();
  }

  @Test
  void files_above_the_limits_are_refused_before_anything_is_written() {
    tree.file("a", new byte[600]).file("b", new byte[600]);
    Bytes.assertRefused(
        export(options.withLimits(new ExportLimits(10, 599, 10_000, 0))), PfCode.LIMIT);
    Bytes.assertRefused(
        export(options.withLimits(new ExportLimits(10, 600, 1199, 0))), PfCode.LIMIT);
    Bytes.assertRefused(
        export(options.withLimits(new ExportLimits(1, 600, 1200, 0))), PfCode.LIMIT);
    assertThat(folder.resolve("rootfs")).doesNotExist();
    assertThat(export(options.withLimits(new ExportLimits(2, 600, 1200, 0))).isGranted()).isTrue();
  }

  @Test
  void a_path_that_gramine_cannot_hold_is_refused_with_its_length() {
    String path = "x".repeat(200);
    tree.dir(path).dir(path + "/" + path);
    String last = "y".repeat(512 - "/cc/rootfs/".length() - 402);
    tree.file(path + "/" + path + "/" + last, "fits");
    assertThat(export(options).isGranted()).isTrue();
    tree.file(path + "/" + path + "/" + last + "y", "does not");
    Bytes.assertRefused(PfExport.export(tree, folder.resolve("second"), key, options), PfCode.NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "", "a\0b", "f.gramine.recovery", ".theca-export-unfinished"})
  void a_name_that_means_something_else_is_refused(String name) {
    tree.dir("d").file("d/ok", "x");
    if (name.startsWith(".theca")) tree.file(name, "x");
    else tree.file("d/" + name, "x");
    Bytes.assertRefused(export(options), PfCode.NAME);
  }

  @Test
  void names_of_any_bytes_are_exported_as_they_are() {
    tree.file("\u00e4\u00ff\n\\\"%2f", "odd");
    var done = exported();
    assertThat(done.listing().entries().getFirst().path())
        .isEqualTo(new byte[] {(byte) 0xE4, (byte) 0xFF, '\n', '\\', '"', '%', '2', 'f'});
    assertThat(ListingCheck.check(folder.resolve("rootfs"), done.listing()).isGranted()).isTrue();
  }

  @Test
  void a_directory_with_content_is_not_exported_into_and_not_touched() throws Exception {
    Path target = Files.createDirectory(folder.resolve("rootfs"));
    Files.writeString(target.resolve("mine"), "x");
    tree.file("f", "x");
    Bytes.assertRefused(export(options), PfCode.TARGET);
    assertThat(target.resolve("mine")).hasContent("x");
    Files.delete(target.resolve("mine"));
    assertThat(export(options).isGranted()).as("an empty one is").isTrue();
  }

  @Test
  void a_link_or_a_file_in_the_place_of_the_target_is_refused() throws Exception {
    Files.createSymbolicLink(folder.resolve("rootfs"), Files.createDirectory(folder.resolve("x")));
    Bytes.assertRefused(export(options), PfCode.TARGET);
    Files.delete(folder.resolve("rootfs"));
    Files.writeString(folder.resolve("rootfs"), "x");
    Bytes.assertRefused(export(options), PfCode.TARGET);
  }

  @Test
  void a_damaged_source_is_a_fault_with_its_cause_and_leaves_nothing() throws Exception {
    tree.dir("d");
    for (int i = 0; i < 20; i++) tree.file("d/f" + i, Bytes.content(50_000, i));
    tree.damage("d/f7");
    assertThatThrownBy(this::exported)
        .isInstanceOf(PfException.class)
        .hasRootCauseMessage("a tag does not hold");
    try (var left = Files.list(folder.resolve("rootfs"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void a_file_has_its_name_only_when_it_is_whole() {
    tree.file("whole", Bytes.content(1 << 20, 1));
    var watched =
        new TreeSource() {
          @Override
          public Item item(long ino) {
            return tree.item(ino);
          }

          @Override
          public void children(long d, java.util.function.BiConsumer<byte[], Long> each) {
            tree.children(d, each);
          }

          @Override
          public byte[] target(long symlink) {
            return tree.target(symlink);
          }

          @Override
          public int read(long file, long offset, byte[] into, int from, int length) {
            assertThat(isThere("whole")).isFalse();
            return tree.read(file, offset, into, from, length);
          }
        };
    PfExport.export(watched, folder.resolve("rootfs"), key, options).orThrow();
    assertThat(read("whole")).isEqualTo(tree.content("whole"));
    assertThat(isThere(HostTree.STAGING)).isFalse();
  }

  @Test
  void no_content_reaches_the_host_in_clear() throws Exception {
    byte[] mark = Bytes.utf8("a mark that must not be seen on disk");
    byte[] content = new byte[100_000];
    for (int i = 0; i < content.length; i++) content[i] = mark[i % mark.length];
    tree.file("f", content);
    exported();
    String host =
        new String(
            Files.readAllBytes(folder.resolve("rootfs/f")),
            java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(host).doesNotContain("mark that", "rootfs");
  }

  @Test
  void the_report_is_strict_json_with_counts_names_and_the_listing() {
    tree.file("q\"\\", "x").owner("q\"\\", 1, 2).symlink("l", "q\"\\");
    var done = exported();
    var json = Json.object(Json.write(done.report().json())).orThrow();
    assertThat(json.string("format")).contains("theca-gramine-export/1");
    assertThat(json.string("listing")).contains(done.listing().digest().toString());
    assertThat(json.integer("files")).contains(2L);
    assertThat(json.integer("hostBytes")).contains(8192L);
    assertThat(Json.text(json)).contains("{\"path\":\"/q\\\"\\\\\\\\\",\"detail\":\"1:2\"}");
    assertThat(done.report().count(Change.SYMLINK_COPIED)).isEqualTo(1);
  }

  @Test
  void many_changes_are_all_counted_and_the_first_thousand_named() {
    for (int i = 0; i < 1500; i++) tree.symlink("l" + i, "/nowhere");
    var changed = exported().report().changes().getFirst();
    assertThat(changed.count()).isEqualTo(1500);
    assertThat(changed.named()).hasSize(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a/", "a//b", "/a/../b", "./a", "//", "/a\nb", "/a/."})
  void a_mount_path_that_is_not_normal_is_refused(String path) {
    Bytes.assertRefused(BoundRoot.parse(path), PfCode.NAME);
  }

  @Test
  void bound_paths_are_the_mount_path_and_the_name() {
    assertThat(new BoundRoot("/").of(Bytes.utf8("etc/x"))).isEqualTo(Bytes.utf8("/etc/x"));
    assertThat(new BoundRoot("rel/dir").of(Bytes.utf8("x"))).isEqualTo(Bytes.utf8("rel/dir/x"));
    assertThat(BoundRoot.parse("/" + "x".repeat(260)).isGranted()).isTrue();
    assertThat(BoundRoot.parse("/" + "x".repeat(261)).isGranted()).isFalse();
  }
}
