package dev.theca.node.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** runc reads the table of mounts by lines of at most 64 KiB, and fails over a longer one. */
class MountTableTest {
  @TempDir Path folder;
  private Path target;
  private RootfsMounts mounts;

  @BeforeEach
  void privileged() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    Mounts.mount("tmpfs", folder, "tmpfs", 0, "size=64m");
    Mounts.propagation(folder, Mounts.MS_PRIVATE);
    target = Files.createDirectory(folder.resolve("rootfs"));
    mounts = new RootfsMounts(List.of("/bin/false"), folder.resolve("scratch"));
  }

  @AfterEach
  void nothingIsLeft() {
    if (mounts == null) return;
    mounts.unmount(target);
    try {
      assertThat(Mounts.below(folder)).containsExactly(folder);
    } finally {
      Mounts.detachBelow(folder);
    }
  }

  private List<Path> layers(int count, String name) throws IOException {
    var lower = new ArrayList<Path>();
    for (int i = 0; i < count; i++) {
      Path layer = Files.createDirectories(folder.resolve("layers/" + name + i + "/fs"));
      Files.writeString(layer.resolve("all"), "layer " + i);
      Files.writeString(layer.resolve("f" + i), "");
      lower.add(layer);
    }
    return lower;
  }

  private void mount(List<Path> lower) throws IOException {
    Path upper = Files.createDirectory(folder.resolve("upper"));
    Path work = Files.createDirectory(folder.resolve("work"));
    String names = lower.stream().map(Path::toString).collect(Collectors.joining(":"));
    mounts.mount(
        List.of(
            new RootfsMount(
                "overlay",
                "overlay",
                "",
                List.of("lowerdir=" + names, "upperdir=" + upper, "workdir=" + work))),
        target);
  }

  private int line() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(" " + target + " "))
        .mapToInt(String::length)
        .max()
        .orElseThrow();
  }

  @Test
  void no_overlay_of_ours_has_a_line_that_is_too_long() throws IOException {
    assumeTrue(linux() >= 6_013, "layers by descriptor came with Linux 6.13");
    var lower = layers(480, "long-name-of-a-layer-".repeat(9));
    mount(lower);
    assertThat(line()).isLessThan(48 << 10);
    assertThat(target.resolve("all")).hasContent("layer 0");
    for (int i = 0; i < lower.size(); i++) assertThat(target.resolve("f" + i)).exists();
    Files.writeString(target.resolve("f7"), "written");
    assertThat(folder.resolve("upper/f7")).hasContent("written");
    assertThat(Mounts.below(folder.resolve("scratch"))).as("copies of layers are gone").isEmpty();
  }

  @Test
  void the_most_layers_with_names_as_our_snapshotter_gives_need_no_copies() throws IOException {
    assumeTrue(linux() >= 6_013, "layers by descriptor came with Linux 6.13");
    mount(layers(480, "1234"));
    assertThat(line()).isLessThan(48 << 10);
    assertThat(target.resolve("all")).hasContent("layer 0");
  }

  /** The kernel's version: 6_018 for 6.18. */
  private static int linux() {
    String[] parts = System.getProperty("os.version").split("[^0-9]+", -1);
    return Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
  }
}
