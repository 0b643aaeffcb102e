package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static TreeSet<String> names(Directory directory) {
    var names = new TreeSet<String>();
    for (var some = directory.read(); !some.isEmpty(); some = directory.read())
      for (byte[] name : some) names.add(new String(name, StandardCharsets.UTF_8));
    return names;
  }

  @Test
  void all_names_of_a_directory_are_read_and_none_twice() throws IOException {
    var expected = new TreeSet<String>();
    for (int i = 0; i < 3000; i++) expected.add("name-" + i);
    expected.add("..."); // no name of the directory itself
    for (String name : expected) Files.createFile(folder.resolve(name));
    try (var directory = Directory.open(folder)) {
      assertThat(names(directory)).isEqualTo(expected);
      assertThat(directory.read()).isEmpty();
    }
  }

  @Test
  void an_empty_directory_has_no_names() {
    try (var directory = Directory.open(folder)) {
      assertThat(directory.read()).isEmpty();
    }
  }

  @Test
  void the_status_is_that_of_the_jdk_and_of_a_link_itself() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[10_000]);
    Files.createLink(folder.resolve("other"), file);
    Files.createSymbolicLink(folder.resolve("link"), file);
    try (var directory = Directory.open(folder)) {
      for (String name : new String[] {"file", "other", "link"}) {
        var status = directory.status(bytes(name));
        var jdk =
            Files.readAttributes(
                folder.resolve(name), "unix:*", java.nio.file.LinkOption.NOFOLLOW_LINKS);
        assertThat(status.inode()).isEqualTo(jdk.get("ino"));
        assertThat(status.mode()).isEqualTo(jdk.get("mode"));
        assertThat(status.links()).isEqualTo(jdk.get("nlink"));
        assertThat(status.size()).isEqualTo(jdk.get("size"));
        assertThat(status.uid()).isEqualTo(jdk.get("uid"));
        assertThat(status.gid()).isEqualTo(jdk.get("gid"));
        assertThat(status.isDirectory()).isFalse();
      }
      assertThat(directory.status(bytes("file")).blocks() * 512).isGreaterThanOrEqualTo(10_000);
      assertThat(directory.status().isDirectory()).isTrue();
      assertThat(directory.status().device()).isEqualTo(directory.status(bytes("file")).device());
      assertThatThrownBy(() -> directory.status(bytes("none")))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
      assertThatThrownBy(() -> directory.status(bytes("..")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
