package dev.theca.node.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.MountEntry;
import dev.theca.linux.Mounts;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real mounts in a folder of the test's own. */
@Timeout(120)
class RootfsMountsTest {
  private static final List<String> HELPER =
      List.of("/usr/bin/unshare", "--user", "/bin/sh", "-c", "echo ready; read end");
  private static final int OWNER = 100_000;
  private static final String USERS = "uidmap=0:" + OWNER + ":65536";
  private static final String GROUPS = "gidmap=0:" + OWNER + ":65536";

  @TempDir Path folder;
  private Path target;
  private Path scratch;
  private RootfsMounts mounts;

  @BeforeEach
  void privileged() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    // A file system of its own: the disk's need not know overlays or maps of owners.
    Mounts.mount("tmpfs", folder, "tmpfs", 0, "size=64m");
    Mounts.propagation(folder, Mounts.MS_PRIVATE);
    target = Files.createDirectory(folder.resolve("rootfs"));
    scratch = folder.resolve("scratch");
    mounts = new RootfsMounts(HELPER, scratch);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (mounts == null) return;
    try {
      mounts.unmount(target);
      assertThat(Mounts.below(folder)).containsExactly(folder);
      try (Stream<Path> left = Files.list(scratch)) {
        assertThat(left).isEmpty();
      }
    } finally {
      Mounts.detachBelow(folder);
    }
  }

  private Path layer(String name, String... files) throws IOException {
    Path layer = Files.createDirectories(folder.resolve(name));
    for (String file : files) Files.writeString(layer.resolve(file), name);
    return layer;
  }

  private void mount(RootfsMount... list) {
    mounts.mount(List.of(list), target);
  }

  private static RootfsMount bind(Path source, String below, String... options) {
    return new RootfsMount("bind", source.toString(), below, List.of(options));
  }

  private RootfsMount overlay(List<Path> lower, String... more) throws IOException {
    var options = new ArrayList<String>();
    options.add("workdir=" + layer("work"));
    options.add("upperdir=" + layer("upper"));
    options.add("lowerdir=" + String.join(":", lower.stream().map(Path::toString).toList()));
    options.addAll(List.of(more));
    return new RootfsMount("overlay", "overlay", "", options);
  }

  private static MountEntry top(Path point) {
    return MountEntry.ofThisProcess().stream()
        .filter(entry -> entry.point().equals(point))
        .toList()
        .getLast();
  }

  @Test
  void no_mounts_leave_the_folder_as_it_is() {
    mount();
    assertThat(Mounts.below(target)).isEmpty();
  }

  @Test
  void a_bind_that_is_read_only_is_so_and_its_source_is_not() throws IOException {
    Path source = layer("a", "f");
    mount(bind(source, "", "rbind", "ro", "nosuid"));
    assertThat(target.resolve("f")).hasContent("a");
    assertThatThrownBy(() -> Files.writeString(target.resolve("g"), ""))
        .isInstanceOf(FileSystemException.class);
    assertThat(top(target).options()).contains("ro", "nosuid");
    Files.writeString(source.resolve("g"), "");
  }

  @Test
  void a_bind_that_is_writable_is_so() throws IOException {
    Path source = layer("a");
    mount(bind(source, "", "rbind", "rw"));
    Files.writeString(target.resolve("g"), "x");
    assertThat(source.resolve("g")).hasContent("x");
  }

  @Test
  void propagation_is_set_by_a_call_of_its_own() throws IOException {
    mount(bind(layer("a"), "", "bind", "ro", "shared"));
    String line =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(entry -> entry.contains(" " + target + " "))
            .findFirst()
            .orElseThrow();
    assertThat(line).contains("shared:").contains(" ro,");
  }

  @Test
  void a_list_is_mounted_in_order_each_at_its_place() throws IOException {
    Path root = layer("a", "f");
    Files.createDirectories(root.resolve("data/in"));
    mount(
        bind(root, "", "bind"),
        new RootfsMount("tmpfs", "tmpfs", "/data", List.of("size=1m", "noexec", "ro")),
        bind(layer("b", "g"), "/", "bind"));
    assertThat(target.resolve("g")).as("the last is on top").hasContent("b");
    assertThat(Mounts.below(target)).hasSize(3).contains(target.resolve("data"));
    assertThat(top(target.resolve("data")).options()).contains("ro", "noexec");
    mounts.unmount(target);
    assertThat(Mounts.below(target)).isEmpty();
    assertThat(root.resolve("data/in")).isDirectory();
  }

  @Test
  void a_link_in_the_root_leads_no_mount_out_of_it() throws IOException {
    Path outside = layer("outside");
    Path root = layer("a");
    Files.createSymbolicLink(root.resolve("way"), outside);
    var out = bind(layer("b"), "way", "bind");
    assertThatThrownBy(() -> mount(bind(root, "", "bind"), out))
        .isInstanceOf(RootfsException.class);
    assertThat(Mounts.below(folder)).as("and nothing stays half mounted").containsExactly(folder);
  }

  @Test
  void an_overlay_shows_its_layers() throws IOException {
    mount(overlay(List.of(layer("top", "f", "t"), layer("bottom", "f", "b"))));
    assertThat(target.resolve("f")).hasContent("top");
    assertThat(target.resolve("b")).hasContent("bottom");
    Files.writeString(target.resolve("new"), "n");
    assertThat(folder.resolve("upper/new")).hasContent("n");
  }

  private List<Path> many(int count) throws IOException {
    var lower = new ArrayList<Path>();
    for (int i = 0; i < count; i++)
      lower.add(layer("layers/" + "long-name-of-a-layer-".repeat(9) + i + "/fs", "f" + i, "all"));
    return lower;
  }

  @Test
  void forty_layers_with_long_names_are_more_than_a_page_and_all_are_there() throws IOException {
    var lower = many(40);
    assertThat(lower.stream().mapToInt(path -> path.toString().length()).sum()).isGreaterThan(4096);
    mount(overlay(lower, "index=off"));
    for (int i = 0; i < lower.size(); i++) assertThat(target.resolve("f" + i)).exists();
    assertThat(target.resolve("all"))
        .content()
        .isEqualTo(folder.relativize(lower.getFirst()).toString());
  }

  @Test
  void two_hundred_layers_are_there_too() throws IOException {
    var lower = many(200);
    mount(overlay(lower));
    for (int i = 0; i < lower.size(); i++) assertThat(target.resolve("f" + i)).exists();
  }

  @Test
  void more_layers_than_a_page_holds_in_any_form_are_there_or_refused_but_not_cut_off()
      throws IOException {
    var lower = many(300);
    try {
      mount(overlay(lower, "ro", "index=off", "userxattr"));
    } catch (RootfsException e) {
      assertThat(e).hasMessageContaining("4095");
      assertThat(linux()).as("layers by descriptor came with Linux 6.13").isLessThan(6_013);
      return;
    }
    for (int i = 0; i < lower.size(); i++) assertThat(target.resolve("f" + i)).exists();
    assertThat(top(target).options()).contains("ro");
    assertThatThrownBy(() -> Files.writeString(target.resolve("g"), ""))
        .isInstanceOf(FileSystemException.class);
  }

  /** The kernel's version: 6_018 for 6.18. */
  private static int linux() {
    String[] parts = System.getProperty("os.version").split("[^0-9]+", -1);
    return Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
  }

  @Test
  void more_layers_than_overlays_take_are_refused() throws IOException {
    var lower = many(501);
    assertThatThrownBy(() -> mount(overlay(lower))).isInstanceOf(RootfsException.class);
  }

  @Test
  void too_much_data_for_another_file_system_is_refused_and_not_cut_off() {
    var long_ = new RootfsMount("tmpfs", "tmpfs", "", List.of("mode=700", "x".repeat(4096)));
    assertThatThrownBy(() -> mount(long_)).hasMessageContaining("4105 bytes");
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }

  @Test
  void a_bind_with_mapped_owners_shows_root_as_somebody_else() throws IOException {
    Path source = layer("a", "f");
    mount(bind(source, "", "rbind", "ro", USERS, GROUPS));
    assertThat(owner(target.resolve("f"))).isEqualTo(OWNER);
    assertThat(owner(source.resolve("f"))).isZero();
    assertThat(top(target).options()).contains("ro");
  }

  @Test
  void an_overlay_with_mapped_owners_shows_layers_mapped_and_is_written_as_it_is()
      throws IOException {
    var lower = List.of(layer("top", "f"), layer("bottom", "b"));
    mount(overlay(lower, USERS, GROUPS));
    assertThat(owner(target.resolve("f"))).isEqualTo(OWNER);
    assertThat(owner(target.resolve("b"))).isEqualTo(OWNER);
    assertThat(Mounts.below(scratch)).as("the copies of the layers are gone").isEmpty();
    Files.writeString(target.resolve("b"), "changed");
    assertThat(owner(folder.resolve("upper/b"))).as("copied up").isEqualTo(OWNER);
    assertThat(lower.getLast().resolve("b")).hasContent("bottom");
  }

  @Test
  void forty_layers_can_be_mapped() throws IOException {
    mount(overlay(many(40), USERS, GROUPS));
    for (int i = 0; i < 40; i++) assertThat(owner(target.resolve("f" + i))).isEqualTo(OWNER);
  }

  @Test
  void another_file_system_with_mapped_owners_is_one_mount() throws IOException {
    mount(new RootfsMount("tmpfs", "tmpfs", "", List.of("size=1m", "nodev", USERS, GROUPS)));
    assertThat(owner(target)).isEqualTo(OWNER);
    assertThat(Mounts.below(target)).hasSize(1);
    assertThat(top(target).options()).contains("nodev");
  }

  @Test
  void a_helper_that_fails_leaves_nothing_and_says_so() {
    var broken = new RootfsMounts(List.of("/bin/false"), scratch);
    assertThatThrownBy(() -> broken.mount(List.of(bind(folder, "", "bind", USERS, GROUPS)), target))
        .isInstanceOf(RootfsException.class)
        .hasMessageContaining("/bin/false");
    assertThat(Mounts.below(target)).isEmpty();
  }

  @Test
  void a_missing_source_is_named() {
    var missing = bind(folder.resolve("none"), "", "bind");
    assertThatThrownBy(() -> mount(missing))
        .isInstanceOf(RootfsException.class)
        .hasMessageContaining(folder.resolve("none").toString())
        .hasMessageContaining("ENOENT");
  }

  @Test
  void what_guests_mounted_inside_goes_too_and_again_is_no_error() throws IOException {
    mount(bind(layer("a"), "", "bind"));
    Path deep = Files.createDirectories(target.resolve("x y/z"));
    for (int i = 0; i < 3; i++) Mounts.mount("tmpfs", deep, "tmpfs", 0, "");
    mounts.unmount(target);
    assertThat(Mounts.below(target)).isEmpty();
    mounts.unmount(target);
    mounts.unmount(folder.resolve("never/was"));
  }

  @Test
  void what_a_dead_process_left_in_the_scratch_folder_is_cleared() throws IOException {
    Path left = Files.createDirectory(scratch.resolve("m1"));
    Mounts.mount("tmpfs", left, "tmpfs", 0, "");
    var unused = new RootfsMounts(HELPER, scratch);
    assertThat(left).doesNotExist();
  }
}
