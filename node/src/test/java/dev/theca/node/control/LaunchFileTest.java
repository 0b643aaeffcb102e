package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the daemon leaves for a launcher that finds no daemon. */
class LaunchFileTest {
  private static final Path RUNC = Path.of("/usr/sbin/runc");
  private static final Path ROOT = Path.of("/run/containerd/runc");
  @TempDir Path folder;

  private void also(List<String> ids) throws IOException {
    LaunchFile.write(folder, RUNC, ROOT, ids, List.of(), List.of(), List.of());
  }

  @Test
  void lines_as_the_launcher_reads_them() throws Exception {
    also(List.of("gone"));
    LaunchFile.write(
        folder,
        RUNC,
        ROOT,
        List.of("a-agent"),
        List.of(Path.of("/run/theca/pods/a/mnt")),
        List.of(Path.of("/run/theca/pods/a")),
        List.of("b", "c"));
    assertThat(folder.resolve("theca.launch"))
        .hasContent(
            """
            runc=/usr/sbin/runc
            root=/run/containerd/runc
            also=a-agent
            pod=b
            pod=c
            umount=/run/theca/pods/a/mnt
            rmdir=/run/theca/pods/a
            """);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("theca.launch"))))
        .isEqualTo("rw-------");
    try (var list = Files.list(folder)) {
      assertThat(list).as("nothing of the writing stays").hasSize(1);
    }
  }

  @Test
  void the_same_words_again_touch_nothing_and_others_replace_them() throws Exception {
    Path file = folder.resolve("theca.launch");
    also(List.of("a"));
    Object first = Files.getAttribute(file, "unix:ino");
    also(List.of("a"));
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(first);
    also(List.of("b"));
    assertThat(file).content().contains("also=b").doesNotContain("also=a");
    try (var list = Files.list(folder)) {
      assertThat(list).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nrmdir=/", "a\rb", "a\0b"})
  void a_value_that_is_no_line_is_not_written(String id) throws Exception {
    also(List.of("before"));
    assertThatThrownBy(() -> also(List.of(id))).isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("theca.launch")).content().contains("also=before");
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "/a/../b", "/a/./b"})
  void only_a_path_that_means_one_place_is_removed(String path) {
    assertThatThrownBy(
            () ->
                LaunchFile.write(
                    folder, RUNC, ROOT, List.of(), List.of(), List.of(Path.of(path)), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void more_than_the_launcher_reads_is_not_written() {
    assertThatThrownBy(() -> also(Collections.nCopies(1000, "x".repeat(64))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("theca.launch")).doesNotExist();
  }
}
