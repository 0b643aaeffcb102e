package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.ImageException;
import dev.theca.kit.PaxRecords;
import dev.theca.kit.SparseTar;
import dev.theca.kit.TarMaker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees on a disk, and what is left of those that were refused. */
class DirectorySinkTest {
  @TempDir Path folder;

  private DirectorySink own(String name) {
    return DirectorySink.create(folder.resolve(name), DirectorySink.Rights.OWN, Limits.DEFAULT);
  }

  @Test
  void a_refused_image_leaves_nothing_behind() throws Exception {
    byte[] bad =
        new TarMaker()
            .directory("d/")
            .next(h -> h.mode(0))
            .directory("d/e/")
            .file("d/e/f", "x")
            .file("../x", "")
            .end();
    try (var sink = own("tree")) {
      var refused = TestLayers.unpacker(Limits.DEFAULT).unpack(List.of(TestLayers.gzip(bad)), sink);
      assertThat(refused.isGranted()).isFalse();
    }
    try (var names = Files.list(folder)) {
      assertThat(names).isEmpty();
    }
  }

  @Test
  void a_directory_that_holds_something_is_not_unpacked_over() throws Exception {
    Files.writeString(Files.createDirectory(folder.resolve("tree")).resolve("mine"), "x");
    assertThatThrownBy(() -> own("tree"))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is not empty");
    assertThat(folder.resolve("tree/mine")).hasContent("x");
  }

  @Test
  void without_roots_rights_the_sink_says_what_it_left_out() throws Exception {
    byte[] tar =
        new TarMaker()
            .next(h -> h.mode(0500).modified(77))
            .directory("d/")
            .next(h -> h.owner(5, 6))
            .file("d/owned", "x")
            .characterDevice("d/null", 1, 3)
            .pax(new PaxRecords().xattr("security.capability", new byte[20]))
            .file("d/capable", "x")
            .fifo("d/fifo")
            .end();
    Files.createDirectory(folder.resolve("tree"));
    try (var sink = own("tree")) {
      TestLayers.unpacker(Limits.DEFAULT).unpack(List.of(TestLayers.gzip(tar)), sink).orThrow();
      assertThat(folder.resolve("tree")).isEmptyDirectory();
      sink.publish();
      assertThat(sink.leftOut().toString())
          .isEqualTo("{devices=1, extended attributes of security=1, owners=1}");
    }
    var tree = folder.resolve("tree");
    assertThat(tree.resolve("d/null")).isRegularFile();
    assertThat(tree.resolve("d/owned")).hasContent("x");
    assertThat(Files.getPosixFilePermissions(tree.resolve("d"))).hasSize(2);
    assertThat(Files.getLastModifiedTime(tree.resolve("d")).toMillis()).isEqualTo(77_000);
    assertThat(Files.getLastModifiedTime(tree).toMillis()).isZero();
  }

  @Test
  void holes_of_sparse_files_take_no_room() throws Exception {
    byte[] tar =
        SparseTar.file("s", 64 << 20).piece(32 << 20, new byte[512]).pax10(new TarMaker()).end();
    try (var sink = own("tree")) {
      TestLayers.unpacker(Limits.DEFAULT).unpack(List.of(TestLayers.gzip(tar)), sink).orThrow();
      sink.publish();
    }
    Path file = folder.resolve("tree/s");
    assertThat(Files.size(file)).isEqualTo(64 << 20);
    var du = new ProcessBuilder("du", "-k", file.toString()).start();
    String said =
        new String(du.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(Integer.parseInt(said.split("\\s")[0])).isLessThan(256);
  }

  @Test
  void more_directories_than_are_held_open_are_found_again() throws Exception {
    var first = new TarMaker();
    var second = new TarMaker();
    var deep = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      deep.append(i % 10).append('/');
      first.directory("d" + i + "/").directory(deep.toString());
      second.file("d" + i + "/f", "" + i);
    }
    first.file(deep + "f", "deep");
    for (int i = 0; i < 100; i++)
      second.pax(PaxRecords.of("linkpath", deep + "f")).hardLink("d" + (99 - i) + "/h", "x");
    try (var sink = own("tree")) {
      TestLayers.unpacker(Limits.DEFAULT)
          .unpack(List.of(TestLayers.gzip(first.end()), TestLayers.gzip(second.end())), sink)
          .orThrow();
      sink.publish();
    }
    assertThat(Files.getAttribute(folder.resolve("tree/d7/h"), "unix:nlink")).isEqualTo(101);
    assertThat(folder.resolve("tree/d99/f")).hasContent("99");
  }
}
