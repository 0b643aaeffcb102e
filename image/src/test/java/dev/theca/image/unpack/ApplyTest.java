package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.PaxRecords;
import dev.theca.kit.SparseTar;
import dev.theca.kit.TarHeader;
import dev.theca.kit.TarMaker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What layers mean. */
class ApplyTest {
  private static final byte[] BINARY = {0, -1, '\n', '=', (byte) 0x80};

  private static Map<String, String> tree(byte[]... tars) {
    var sink = new MemorySink();
    assertThat(TestLayers.unpack(sink, tars).orThrow().layers()).isEqualTo(tars.length);
    return sink.listing();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void every_kind_of_entry_arrives_with_all_that_it_has() {
    var tree =
        tree(
            new TarMaker()
                .next(h -> h.mode(01777).modified(9))
                .directory("./")
                .next(h -> h.mode(02750).owner(3, 4).modified(-5))
                .directory("d/")
                .pax(new PaxRecords().xattr("user.x", BINARY).put("mtime", "-1.25"))
                .next(h -> h.mode(04755).owner(7, 1L << 31))
                .file("d/f", "text")
                .symlink("d/s", "../../x")
                .hardLink("d/h", "d/f")
                .hardLink("d/hs", "d/s")
                .characterDevice("d/c", 5, 1)
                .blockDevice("d/b", 8, 300)
                .fifo("d/p")
                .entry('7', "d/contiguous", text("7"))
                .pax(PaxRecords.of("path", "n".repeat(250)))
                .file("short", "pax")
                .gnuLongName("m".repeat(200) + "/x")
                .file("short", "gnu")
                .end());
    assertThat(tree)
        .containsEntry("/", "d1777 0:0 9000000000")
        .containsEntry("/d", "d2750 3:4 -5000000000")
        .containsEntry("/d/f", "f4755 7:2147483648 -1250000000 user.x=00ff0a3d80 'text'")
        .containsEntry("/d/h", tree.get("/d/f") + " same as /d/f")
        .containsKey("/" + "n".repeat(250))
        .containsKey("/" + "m".repeat(200) + "/x");
    assertThat(tree.get("/d/s")).endsWith("-> ../../x same as /d/hs");
    assertThat(tree.get("/d/c")).endsWith(" -> 5:1");
    assertThat(tree.get("/d/b")).endsWith(" -> 8:300");
    assertThat(tree.get("/d/contiguous")).endsWith(" '7'");
  }

  @Test
  void a_whiteout_hides_what_lies_below_and_nothing_of_its_own_layer() {
    var lower =
        new TarMaker()
            .directory("a/")
            .file("a/one", "1")
            .file("a/two", "2")
            .directory("b/")
            .file("b/old", "")
            .directory("b/sub/")
            .file("b/sub/old", "")
            .file("c", "")
            .end();
    var upper =
        new TarMaker()
            .whiteout("a/", "one")
            .whiteout("a/", "never-was")
            .whiteout("nowhere/", "x")
            .file("b/sub/new", "")
            .opaque("b/")
            .file("b/newer", "")
            .file("c2", "")
            .whiteout("", "c2")
            .whiteout("", "c")
            .end();
    assertThat(tree(lower, upper).keySet())
        .containsExactly("/", "/a", "/a/two", "/b", "/b/newer", "/b/sub", "/b/sub/new", "/c2");
  }

  @Test
  void other_kinds_replace_each_other_between_layers_and_links_keep_their_file() {
    var lower =
        new TarMaker()
            .directory("a/")
            .file("a/x", "1")
            .file("b", "2")
            .hardLink("b2", "b")
            .symlink("l", "a")
            .end();
    var upper =
        new TarMaker().file("a", "file").directory("b/").file("b/y", "").directory("l/").end();
    var tree = tree(lower, upper);
    assertThat(tree.keySet()).containsExactly("/", "/a", "/b", "/b/y", "/b2", "/l");
    assertThat(tree.get("/b2")).endsWith("'2'");
    assertThat(tree.get("/l")).startsWith("d");
  }

  @Test
  void links_on_the_way_are_followed_inside_the_tree_only() {
    var lower =
        new TarMaker()
            .symlink("up", "../../../etc")
            .symlink("abs", "/etc/deep")
            .symlink("chain", "abs/..")
            .end();
    var upper = new TarMaker().file("up/passwd", "1").file("abs/x", "2").file("chain/y", "3").end();
    assertThat(tree(lower, upper).keySet())
        .containsExactly(
            "/",
            "/abs",
            "/chain",
            "/etc",
            "/etc/deep",
            "/etc/deep/x",
            "/etc/passwd",
            "/etc/y",
            "/up");
  }

  @Test
  void four_forms_of_sparse_files_have_their_holes() {
    byte[] data = text("data");
    var sparse = SparseTar.file("s", 1_000_000);
    for (int i = 0; i < 30; i++) sparse.piece(i * 20_480L + 4096, data);
    sparse.piece(1_000_000, new byte[0]);
    var old = tree(sparse.old(new TarMaker()).file("z", "after").end());
    assertThat(old.get("/s")).contains(" 1000000#");
    assertThat(old.get("/z")).endsWith("'after'");
    assertThat(tree(sparse.pax00(new TarMaker()).file("z", "after").end())).isEqualTo(old);
    assertThat(tree(sparse.pax01(new TarMaker()).file("z", "after").end())).isEqualTo(old);
    assertThat(tree(sparse.pax10(new TarMaker()).file("z", "after").end())).isEqualTo(old);
  }

  @Test
  void attributes_that_only_libarchive_wrote_are_read() {
    var records =
        new PaxRecords()
            .put("LIBARCHIVE.xattr.user.a%20b", "AP8K")
            .put("LIBARCHIVE.xattr.user.x", "AAAA")
            .xattr("user.x", text("x"))
            .xattr("trusted.overlay.opaque", text("y"))
            .xattr("user.empty", new byte[0]);
    var tree = tree(new TarMaker().pax(records).file("f", "").end());
    assertThat(tree.get("/f")).contains(" user.a b=00ff0a user.x=78 ");
  }

  @Test
  void a_link_of_a_pax_archive_may_bring_its_content_again() {
    var tree =
        tree(
            new TarMaker()
                .file("f", "text")
                .pax(PaxRecords.of("comment", "x"))
                .entry(TarHeader.of('1', "h").linkName("f"), text("text"))
                .file("z", "")
                .end());
    assertThat(tree.keySet()).containsExactly("/", "/f", "/h", "/z");
  }

  @Test
  void v7_directories_are_told_by_their_slash_and_absolute_names_begin_at_the_root() {
    var tree =
        tree(
            new TarMaker()
                .entry(TarHeader.of('\0', "old/"), new byte[0])
                .file("/ko-app/x", "")
                .file("././a//b/./c", "")
                .end());
    assertThat(tree.get("/old")).startsWith("d");
    assertThat(tree.keySet()).contains("/ko-app/x", "/a/b/c");
  }

  @Test
  void bytes_behind_the_end_count_for_the_diff_id() {
    byte[] tar = new TarMaker().file("f", "").raw(new byte[1024]).raw(text("garbage")).bytes();
    assertThat(tree(tar).keySet()).containsExactly("/", "/f");
  }

  @Test
  void every_compression_and_media_type_brings_the_same_tree() {
    byte[] tar = new TarMaker().file("f", "x".repeat(300_000)).end();
    byte[] gzip = TestLayers.gzipped(tar);
    byte[] zstd = TestLayers.zstd(tar);
    String oci = TestLayers.TAR;
    String docker = "application/vnd.docker.image.rootfs.diff.tar";
    for (var layer :
        List.of(
            TestLayers.layer(oci, tar, tar),
            TestLayers.layer(oci + "+gzip", gzip, tar),
            TestLayers.layer(oci + "+zstd", zstd, tar),
            TestLayers.layer(docker + ".gzip", gzip, tar),
            TestLayers.layer(oci.replace("layer.", "layer.nondistributable.") + "+gzip", gzip, tar),
            TestLayers.layer(docker.replace("rootfs.", "rootfs.foreign.") + ".gzip", gzip, tar))) {
      var sink = new MemorySink();
      var done = TestLayers.unpacker(Limits.DEFAULT).unpack(List.of(layer), sink).orThrow();
      assertThat(done).isEqualTo(new Unpacked(1, 1, 1, tar.length, layer.descriptor().size()));
      assertThat(sink.listing()).containsKey("/f");
    }
  }
}
