package dev.theca.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Directory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
  @TempDir Path folder;

  private static byte[] name(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Directories in each other, deeper than any path may be long. */
  private static void nest(Path top, int depth) {
    var at = Directory.open(top);
    for (int i = 0; i < depth; i++) {
      at.mkdir(name("a-name-of-some-length"), 0700);
      var below = at.open(name("a-name-of-some-length"));
      at.close();
      at = below;
    }
    at.create(name("bottom")).close();
    at.close();
  }

  @Test
  void hard_links_and_holes_count_as_what_they_take() throws IOException {
    Path one = Files.write(folder.resolve("one"), new byte[100_000]);
    var single = TreeUsage.of(folder);
    Files.createLink(folder.resolve("two"), one);
    Files.createLink(Files.createDirectory(folder.resolve("d")).resolve("three"), one);
    var linked = TreeUsage.of(folder);
    assertThat(linked.inodes()).isEqualTo(single.inodes() + 1);
    assertThat(linked.size() - single.size()).isLessThan(100_000);
    try (var hole = new RandomAccessFile(folder.resolve("hole").toFile(), "rw")) {
      hole.setLength(1L << 40);
    }
    assertThat(TreeUsage.of(folder).size()).isLessThan(1 << 20);
    assertThat(TreeUsage.of(folder).inodes()).isEqualTo(5 - 1);
  }

  @Test
  void a_tree_of_any_depth_is_deleted() {
    nest(folder, 3000);
    assertThat(TreeUsage.of(folder).inodes()).as("to a depth").isGreaterThan(500);
    assertThat(TreeRemoval.empty(folder)).isZero();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_link_out_of_the_tree_is_deleted_and_not_followed() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "x");
    Path trash = Files.createDirectory(folder.resolve("trash"));
    Files.createSymbolicLink(trash.resolve("link"), outside);
    Files.createSymbolicLink(trash.resolve("dangling"), Path.of("nowhere"));
    assertThat(TreeRemoval.empty(trash)).isZero();
    assertThat(outside.resolve("kept")).exists();
    assertThat(TreeUsage.of(outside).inodes()).isEqualTo(2);
  }

  @Test
  void names_of_any_bytes_are_counted_and_deleted() {
    try (var in = Directory.open(folder)) {
      for (int i = 1; i < 256; i++)
        if (i != '/' && i != '.') in.create(new byte[] {(byte) i}).close();
      in.create(name("x".repeat(255))).close();
    }
    assertThat(TreeUsage.of(folder).inodes()).isEqualTo(255 - 2 + 1 + 1);
    assertThat(TreeRemoval.empty(folder)).isZero();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_folder_of_many_names_is_read_in_pieces() throws IOException {
    for (int i = 0; i < 5000; i++) Files.createFile(folder.resolve("name-number-" + i));
    assertThat(TreeUsage.of(folder).inodes()).isEqualTo(5001);
    assertThat(TreeRemoval.empty(folder)).isZero();
    assertThat(folder).isEmptyDirectory();
  }
}
