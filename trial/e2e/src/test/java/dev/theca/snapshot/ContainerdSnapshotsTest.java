package dev.theca.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.matrix.Tree;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.PaxRecords;
import dev.theca.kit.TarMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ordinary images through our snapshotter and through containerd's own: the same files, and the
 * same life.
 */
@ParameterizedClass(name = "containerd {0}")
@MethodSource("programs")
class ContainerdSnapshotsTest {
  private static final String IMAGE = "test.example/image:1";
  private static final String OWN = "overlayfs";
  private static final String OURS = "theca";

  @TempDir Path folder;
  private final String program;
  private PrivateContainerd containerd;

  ContainerdSnapshotsTest(String program) {
    this.program = program;
  }

  static List<String> programs() {
    return PrivateContainerd.programs();
  }

  @BeforeEach
  void start() throws Exception {
    containerd = new PrivateContainerd(program, folder);
  }

  @AfterEach
  void end() throws Exception {
    containerd.end();
  }

  /** Three layers with everything that a layer can say. */
  private void image(String namespace) throws Exception {
    byte[] first =
        new TarMaker()
            .next(h -> h.mode(0755).modified(1_000))
            .directory("etc/")
            .next(h -> h.mode(04755).owner(10, 20).modified(1_001))
            .file("etc/suid", "first")
            .file("etc/gone", "x")
            .directory("full/")
            .file("full/a", "a")
            .file("full/b", "b")
            .hardLink("full/same", "full/a")
            .symlink("full/link", "../etc/suid")
            .fifo("full/fifo")
            .characterDevice("full/null", 1, 3)
            .pax(new PaxRecords().xattr("user.note", new byte[] {1, 0, 2}))
            .file("full/noted", "noted")
            .bytes();
    byte[] second =
        new TarMaker()
            .whiteout("etc/", "gone")
            .directory("full/")
            .opaque("full/")
            .file("full/only", "only")
            .file("etc/suid", "second")
            .bytes();
    byte[] third =
        new TarMaker()
            .next(h -> h.mode(01777).owner(7, 8).modified(3_000))
            .directory("etc/")
            .file("etc/gone", "back")
            .hardLink("etc/back", "etc/gone")
            .bytes();
    var made = new ImageMaker().layer(first).layer(second).plainLayer(third).make();
    Path layout = folder.resolve("layout");
    made.writeLayout(layout, "1");
    run("tar", "-C", layout + "", "-cf", folder.resolve("image.tar") + "", ".");
    importAgain(namespace);
  }

  private void importAgain(String namespace) throws Exception {
    boolean choice = containerd.ctr(namespace, "image", "import", "--help").contains("--local");
    for (String snapshotter : List.of(OWN, OURS)) {
      var command = new ArrayList<>(List.of("image", "import", "--snapshotter", snapshotter));
      if (choice) command.add("--local");
      command.addAll(
          List.of("--base-name", "test.example/image", folder.resolve("image.tar") + ""));
      String said = containerd.ctr(namespace, command.toArray(String[]::new));
      assertThat(said).contains("unpacking " + IMAGE);
    }
  }

  /** A container's or a reader's root on the image, mounted where its name says. */
  private Path mounted(String namespace, String snapshotter, String name, boolean writable)
      throws Exception {
    return mounted(namespace, snapshotter, name, top(namespace, snapshotter), writable);
  }

  private Path mounted(
      String namespace, String snapshotter, String name, String parent, boolean writable)
      throws Exception {
    Path target = Files.createDirectories(folder.resolve("mounted").resolve(name));
    String mounts = "";
    for (boolean held = false; !held; held = writable || held(namespace, snapshotter, name))
      mounts =
          containerd.snapshot(
              namespace,
              snapshotter,
              writable ? "prepare" : "view",
              "--target",
              target + "",
              name,
              parent);
    run("sh", "-c", mounts);
    return target;
  }

  /** ctr leaves a view to the collector, which may have been faster than this label. */
  private boolean held(String namespace, String snapshotter, String name) throws Exception {
    return containerd.done(
        namespace,
        "snapshot",
        "--snapshotter",
        snapshotter,
        "label",
        name,
        "containerd.io/gc.root=test");
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  /** Names, kinds and parents of all snapshots of a namespace, one line each. */
  private List<String> snapshots(String namespace, String snapshotter) throws Exception {
    return containerd
        .snapshot(namespace, snapshotter, "ls")
        .lines()
        .skip(1)
        .map(line -> line.trim().replaceAll(" +", " "))
        .sorted()
        .toList();
  }

  private String top(String namespace, String snapshotter) throws Exception {
    var committed =
        snapshots(namespace, snapshotter).stream()
            .filter(line -> line.endsWith("Committed"))
            .map(line -> line.split(" "))
            .toList();
    return committed.stream()
        .map(line -> line[0])
        .filter(name -> committed.stream().noneMatch(l -> l.length == 3 && l[1].equals(name)))
        .findFirst()
        .orElseThrow();
  }

  /** What the three layers and the container, the latest of all, left on the disk. */
  private static List<Map<String, String>> layers(Path snapshots) throws IOException {
    var trees = new ArrayList<Map<String, String>>();
    try (Stream<Path> list = Files.list(snapshots)) {
      for (Path layer :
          list.sorted(Comparator.comparingInt(p -> Integer.parseInt(p.getFileName() + "")))
              .toList()) trees.add(Tree.of(layer.resolve("fs")));
    }
    for (var tree : trees) tree.replaceAll((name, line) -> stable(line));
    return Stream.concat(trees.stream().limit(3), Stream.of(trees.getLast())).toList();
  }

  /** Without what overlayfs writes for itself, and without the time of a whiteout. */
  private static String stable(String line) {
    return line.replaceAll(" trusted\\.overlay\\.(?:origin|uuid|impure)=[0-9a-f]*", "")
        .replaceAll("^(20000 0:0) [0-9]+ 0", "$1 whiteout");
  }

  @Test
  void layers_views_and_containers_are_those_of_the_stock_snapshotter() throws Exception {
    image("a");
    var own = Tree.of(mounted("a", OWN, "own", false));
    var ours = Tree.of(mounted("a", OURS, "ours", false));
    assertThat(own).containsKeys("/full/only", "/etc/back").doesNotContainKey("/full/a");
    assertThat(ours).isEqualTo(own);
    Path ownWritable = mounted("a", OWN, "own-rw", true);
    Path oursWritable = mounted("a", OURS, "ours-rw", true);
    for (Path root : List.of(ownWritable, oursWritable)) {
      Files.delete(root.resolve("etc/suid"));
      Files.delete(root.resolve("full/only"));
      Files.delete(root.resolve("full"));
      Files.createDirectory(root.resolve("full"));
      Path added = Files.writeString(root.resolve("full/new"), "new");
      Files.setLastModifiedTime(added, FileTime.fromMillis(5_000));
    }
    assertThat(Tree.of(oursWritable)).isEqualTo(Tree.of(ownWritable));
    assertThat(layers(containerd.store().resolve("snapshots")))
        .as("whiteouts, opaque folders, links and attributes on the disk")
        .isEqualTo(layers(folder.resolve("root/io.containerd.snapshotter.v1.overlayfs/snapshots")));
    assertThat(snapshots("a", OURS).stream().map(line -> line.replace("ours", "own")))
        .containsExactlyElementsOf(snapshots("a", OWN));
    String chain = top("a", OWN);
    assertThat(top("a", OURS)).isEqualTo(chain);
    assertThat(containerd.snapshot("a", OURS, "usage", chain))
        .isEqualTo(containerd.snapshot("a", OWN, "usage", chain));
  }

  @Test
  void a_container_that_was_committed_is_a_layer() throws Exception {
    image("a");
    for (String snapshotter : List.of(OWN, OURS)) {
      Path root = mounted("a", snapshotter, "one", true);
      Files.writeString(root.resolve("etc/added"), "added");
      run("umount", root + "");
      String unused = containerd.snapshot("a", snapshotter, "commit", "done", "one");
      Path next = mounted("a", snapshotter, "next", "done", true);
      assertThat(next.resolve("etc/added")).hasContent("added");
      assertThat(containerd.refused("a", "snapshot", "--snapshotter", snapshotter, "rm", "done"))
          .contains("failed precondition");
      assertThat(
              containerd.refused(
                  "a", "snapshot", "--snapshotter", snapshotter, "prepare", "x", "next"))
          .contains("invalid argument");
      unused = containerd.snapshot("a", snapshotter, "label", "next", "note=written");
      assertThat(containerd.snapshot("a", snapshotter, "info", "next"))
          .contains("\"note\": \"written\"");
      run("umount", next + "");
    }
    assertThat(snapshots("a", OURS)).isEqualTo(snapshots("a", OWN));
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> list = Files.list(containerd.store().resolve("snapshots"))) {
      return list.toList();
    }
  }

  @Test
  void namespaces_share_nothing_and_a_collected_image_leaves_nothing() throws Exception {
    image("a");
    importAgain("b");
    Path first = mounted("a", OURS, "first", true);
    Path second = mounted("b", OURS, "second", true);
    var tree = Tree.of(first);
    assertThat(Tree.of(second)).isEqualTo(tree);
    assertThat(folders()).hasSize(2 * (3 + 1));
    run("umount", first + "");
    String unused = containerd.snapshot("a", OURS, "rm", "first");
    unused = containerd.ctr("a", "image", "rm", "--sync", IMAGE);
    assertThat(snapshots("a", OURS)).isEmpty();
    for (int i = 0; i < 1000 && folders().size() > 4; i++) Thread.sleep(20);
    assertThat(folders()).hasSize(4);
    assertThat(Tree.of(second)).isEqualTo(tree);
  }

  @Test
  void a_restart_of_the_snapshotter_is_not_noticed() throws Exception {
    image("a");
    Path before = mounted("a", OURS, "before", true);
    var tree = Tree.of(before);
    containerd.stopServing();
    Files.writeString(before.resolve("etc/meanwhile"), "x");
    containerd.serveAgain();
    assertThat(Tree.of(mounted("a", OURS, "after", false))).isEqualTo(tree);
    assertThat(containerd.snapshot("a", OURS, "usage", "before")).isNotEmpty();
    assertThat(before.resolve("etc/meanwhile")).exists();
    assertThat(containerd.server().isRemote("a", "before")).isFalse();
  }

  @Test
  void a_state_folder_removed_under_containerd_heals() throws Exception {
    image("a");
    Path first = mounted("a", OURS, "first", true);
    var tree = Tree.of(first);
    String chain = top("a", OURS);
    run("umount", first + "");
    run("rm", "-rf", containerd.store() + "");
    Path living = mounted("a", OURS, "living", chain, true);
    containerd.stopServing();
    run("umount", living + "");
    run("rm", "-rf", containerd.store() + "");
    containerd.serveAgain();
    Path later = mounted("a", OURS, "later", chain, true);
    assertThat(containerd.server().isRemote("a", "later")).isTrue();
    run("umount", later + "");
    for (String key : List.of("living", "later", "first")) {
      String unused = containerd.snapshot("a", OURS, "rm", key);
    }
    String unused = containerd.ctr("a", "image", "rm", "--sync", IMAGE);
    assertThat(snapshots("a", OURS)).isEmpty();
    importAgain("a");
    assertThat(Tree.of(mounted("a", OURS, "again", false))).isEqualTo(tree);
  }
}
