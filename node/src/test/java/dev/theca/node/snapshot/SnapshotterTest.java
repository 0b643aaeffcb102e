package dev.theca.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotterTest {
  private static final String REF = "containerd.io/snapshot.ref";
  private static final String MANIFEST = "containerd.io/snapshot/cri.manifest-digest";
  private static final String DIGEST = "ab".repeat(32);

  @TempDir Path folder;
  private SnapshotStore store;
  private Snapshotter snapshotter;

  @BeforeEach
  void open() throws IOException {
    open("listed.example/*");
  }

  private void open(String listed) throws IOException {
    var rule = new RemoteRule(false, List.of(listed), folder.resolve("content"));
    store = new SnapshotStore(folder.resolve("store"));
    snapshotter = new Snapshotter(store, rule);
  }

  @AfterEach
  void close() throws IOException {
    snapshotter.close();
  }

  private List<Snapshot> all() {
    return snapshotter.list(any -> true);
  }

  private void manifest(String mediaType) throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("content/blobs/sha256"));
    Files.writeString(
        blobs.resolve(DIGEST), "{\"layers\":[{\"mediaType\":\"" + mediaType + "\"}]}");
  }

  private static Map<String, String> labels(String chain) {
    return Map.of(REF, chain, MANIFEST, "sha256:" + DIGEST);
  }

  private static void refused(
      RpcStatus code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(SnapshotRefused.class, e -> assertThat(e.status()).isEqualTo(code));
  }

  @Test
  void a_sealed_layer_is_there_already_and_keeps_its_chain() throws Exception {
    manifest("application/vnd.oci.image.layer.v1.tar+gzip+encrypted");
    refused(
        RpcStatus.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/1/extract a", "", labels("sha256:one"), false));
    var first = all().getFirst();
    assertThat(first.kind()).isEqualTo(Snapshot.Kind.COMMITTED);
    assertThat(first.labels()).containsEntry(REF, "sha256:one");
    refused(
        RpcStatus.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/2/extract b", first.name(), labels("sha256:two"), false));
    assertThat(all()).hasSize(2);
    refused(
        RpcStatus.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/3/extract c", "", labels("sha256:one"), false));
    assertThat(all()).as("a second pull finds the first").hasSize(2);
    var top = all().getLast();
    var mounts = snapshotter.prepare("k/4/container", top.name(), Map.of(), false);
    assertThat(mounts).hasSize(1);
    assertThat(mounts.getFirst().type()).isEqualTo("bind");
    refused(RpcStatus.FAILED_PRECONDITION, () -> snapshotter.remove(top.name()));
    snapshotter.remove("k/4/container");
    snapshotter.remove(top.name());
  }

  @Test
  void ordinary_layers_are_kept_and_stacked() throws Exception {
    manifest("application/vnd.oci.image.layer.v1.tar+gzip");
    var bottom = snapshotter.prepare("k/1/extract a", "", labels("sha256:one"), false);
    assertThat(bottom.getFirst().options()).contains("rw");
    snapshotter.commit("k/2/sha256:one", "k/1/extract a", Map.of(REF, "sha256:one"));
    var second =
        snapshotter.prepare("k/3/extract b", "k/2/sha256:one", labels("sha256:two"), false);
    assertThat(second.getFirst().type()).isEqualTo("overlay");
    snapshotter.commit("k/4/sha256:two", "k/3/extract b", Map.of());
    var mounts = snapshotter.prepare("k/5/container", "k/4/sha256:two", Map.of(), false);
    String lower =
        mounts.getFirst().options().stream()
            .filter(o -> o.startsWith("lowerdir="))
            .findFirst()
            .orElseThrow();
    assertThat(lower.split(":")).as("top first").hasSize(2);
    assertThat(snapshotter.mounts("k/5/container")).isEqualTo(mounts);
    var view = snapshotter.prepare("k/6/view", "k/2/sha256:one", Map.of(), true);
    assertThat(view.getFirst().options()).contains("ro");
    assertThat(snapshotter.usage().of("k/5/container").inodes()).isPositive();
  }

  @Test
  void a_placeholder_knows_the_images_user_by_name() throws Exception {
    Path blobs = Files.createDirectories(folder.resolve("content/blobs/sha256"));
    String config = "cd".repeat(32);
    Files.writeString(blobs.resolve(config), "{\"config\":{\"User\":\"app:staff\"}}");
    Files.writeString(
        blobs.resolve(DIGEST),
        "{\"config\":{\"digest\":\"sha256:"
            + config
            + "\"},\"layers\":[{\"mediaType\":\"x+encrypted\"}]}");
    refused(
        RpcStatus.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/1/extract a", "", labels("sha256:one"), false));
    String top = all().getFirst().name();
    var mounts = snapshotter.prepare("k/2/container", top, Map.of(), false);
    Path root = Path.of(mounts.getFirst().source());
    assertThat(Files.readString(root.resolve("etc/passwd")))
        .contains("app:x:")
        .contains("root:x:0");
    assertThat(Files.readString(root.resolve("etc/group"))).contains("staff:x:");
  }

  @Test
  void a_restart_forgets_nothing() throws Exception {
    manifest("x+encrypted");
    refused(
        RpcStatus.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/1/extract a", "", labels("sha256:one"), false));
    var before = all();
    close();
    open();
    assertThat(all()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"theca/k/1/x", "k/12/sha256:LAYER", "sha256:LAYER"})
  void a_parent_that_was_lost_is_made_again(String form) throws Exception {
    String name = form.replace("LAYER", DIGEST);
    assertThat(snapshotter.prepare("k/9/container", name, Map.of(), false)).hasSize(1);
    assertThat(snapshotter.stat(name).kind()).isEqualTo(Snapshot.Kind.COMMITTED);
    assertThat(snapshotter.stat("theca/other").remote()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:abc", "k/x/sha256:LAYER", "k/1/container", "k/1/y/sha256:LAYER"})
  void a_name_that_is_no_layers_is_not_invented(String form) {
    String name = form.replace("LAYER", DIGEST);
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.prepare("k/9/c", name, Map.of(), false));
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.stat(name));
  }

  @Test
  void a_listed_reference_is_left_to_the_agents_without_a_look_at_its_manifest() {
    var labels =
        Map.of(REF, "sha256:one", "containerd.io/snapshot/cri.image-ref", "listed.example/a:1");
    refused(RpcStatus.ALREADY_EXISTS, () -> snapshotter.prepare("k/1/a", "", labels, false));
    assertThat(all()).hasSize(1);
  }

  @Test
  void the_shim_learns_a_containers_image_from_its_chain() throws Exception {
    manifest("x+encrypted");
    var labels =
        Map.of(
            REF,
            "sha256:one",
            MANIFEST,
            "sha256:" + DIGEST,
            "containerd.io/snapshot/cri.image-ref",
            "example.org/a:1");
    refused(RpcStatus.ALREADY_EXISTS, () -> snapshotter.prepare("k/1/e", "", labels, false));
    var unused = snapshotter.prepare("k8s.io/14/abc", all().getFirst().name(), Map.of(), false);
    assertThat(snapshotter.containers().imageOf("k8s.io", "abc"))
        .contains(new ImageHint("example.org/a:1", "sha256:" + DIGEST));
    assertThat(snapshotter.containers().isRemote("k8s.io", "abc")).isTrue();
    assertThat(snapshotter.containers().imageOf("k8s.io", "bc")).isEmpty();
    assertThat(snapshotter.containers().imageOf("k8s.io/14", "abc")).isEmpty();
    assertThat(snapshotter.containers().imageOf("other", "abc")).isEmpty();
  }

  @Test
  void a_layer_whose_content_was_deleted_below_us_becomes_a_placeholder() throws Exception {
    String name = "k/2/sha256:" + DIGEST;
    Path root = Path.of(snapshotter.prepare("k/1/a", "", Map.of(), false).getFirst().source());
    snapshotter.commit(name, "k/1/a", Map.of());
    assertThat(TreeRemoval.empty(folder.resolve("store"))).isZero();
    var mounts = snapshotter.prepare("k/3/c", name, Map.of(), false);
    assertThat(Path.of(mounts.getFirst().source())).isDirectory().isNotEqualTo(root);
    assertThat(snapshotter.stat(name).remote()).isTrue();
    var before = all();
    close();
    open();
    assertThat(all()).as("written anew into the new folder").isEqualTo(before);
  }

  @Test
  void a_user_namespace_is_an_option_of_local_mounts_only() throws Exception {
    var labels =
        Map.of(
            "containerd.io/snapshot/uidmapping", "0:100000:65536",
            "containerd.io/snapshot/gidmapping", "0:200000:65536");
    String layer = "k/1/sha256:" + DIGEST;
    var unused = snapshotter.prepare("k/1/x", "", Map.of(), false);
    snapshotter.commit(layer, "k/1/x", Map.of());
    var mount = snapshotter.prepare("k/2/c", layer, labels, false).getFirst();
    assertThat(mount.options())
        .startsWith("uidmap=0:100000:65536", "gidmap=0:200000:65536")
        .anyMatch(o -> o.startsWith("upperdir="));
    assertThat(snapshotter.mounts("k/2/c").getFirst()).isEqualTo(mount);
    var remote = snapshotter.prepare("k/3/c", "theca/x", labels, false).getFirst();
    assertThat(remote.options()).containsExactly("rw", "rbind");
  }

  @Test
  void usage_of_a_layer_is_counted_once_and_of_a_container_again() throws Exception {
    Path root = Path.of(snapshotter.prepare("k/1/a", "", Map.of(), false).getFirst().source());
    long before = snapshotter.usage().of("k/1/a").inodes();
    for (int i = 0; i < 50; i++) Files.writeString(root.resolve("f" + i), "x");
    long[] after = {before};
    Waiting.until(() -> (after[0] = snapshotter.usage().of("k/1/a").inodes()) > before);
    assertThat(after[0]).isEqualTo(before + 50);
    snapshotter.commit("done", "k/1/a", Map.of());
    assertThat(snapshotter.usage().of("done").inodes()).isEqualTo(before + 50);
    assertThat(snapshotter.stat("done").usage().known()).isTrue();
    Path volume = Files.createDirectory(folder.resolve("volume"));
    Files.write(volume.resolve("sealed"), new byte[1 << 20]);
    var unused = snapshotter.prepare("k/2/c", "theca/x", Map.of(), false);
    snapshotter.usage().volume("k", "c", volume);
    assertThat(snapshotter.usage().of("k/2/c").size()).isGreaterThanOrEqualTo(1 << 20);
    assertThat(snapshotter.usage().of("theca/x")).isEqualTo(TreeUsage.PLACEHOLDER);
  }

  @Test
  void reading_waits_for_no_writer() throws Exception {
    var mounts = snapshotter.prepare("k/1/a", "", Map.of(), false);
    store.lock();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var read =
          threads.submit(
              () -> {
                assertThat(snapshotter.stat("k/1/a").name()).isEqualTo("k/1/a");
                assertThat(snapshotter.usage().of("k/1/a").inodes()).isEqualTo(1);
                assertThat(all()).hasSize(1);
                return snapshotter.mounts("k/1/a");
              });
      assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(mounts);
    } finally {
      store.unlock();
    }
  }

  @Test
  void what_was_removed_is_gone_from_the_disk_after_a_cleanup() throws Exception {
    Path root = Path.of(snapshotter.prepare("k/1/a", "", Map.of(), false).getFirst().source());
    Files.createDirectories(root.resolve("a/b/c"));
    Path orphan = Files.createDirectories(folder.resolve("store/snapshots/77/fs"));
    snapshotter.remove("k/1/a");
    snapshotter.cleanUp();
    assertThat(root).doesNotExist();
    assertThat(orphan).doesNotExist();
    assertThat(folder.resolve("store/trash")).isEmptyDirectory();
  }

  @Test
  void a_chain_has_no_more_layers_than_overlayfs_stacks() throws Exception {
    String parent = "";
    for (int i = 0; i <= Bounds.DEPTH; i++) {
      var unused = snapshotter.prepare("k/" + i + "/x", parent, Map.of(), false);
      snapshotter.commit("layer " + i, "k/" + i + "/x", Map.of());
      parent = "layer " + i;
    }
    String top = parent;
    refused(RpcStatus.INVALID_ARGUMENT, () -> snapshotter.prepare("c", top, Map.of(), false));
    assertThat(all().size()).isEqualTo(Bounds.DEPTH + 1);
  }

  @Test
  void wrong_calls_get_the_status_that_containerd_knows() throws Exception {
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.stat("none"));
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.remove("none"));
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.mounts("none"));
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.prepare("k", "none", Map.of(), false));
    var unused = snapshotter.prepare("k/1/a", "", Map.of(), false);
    refused(RpcStatus.ALREADY_EXISTS, () -> snapshotter.prepare("k/1/a", "", Map.of(), false));
    refused(RpcStatus.INVALID_ARGUMENT, () -> snapshotter.prepare("b", "k/1/a", Map.of(), false));
    snapshotter.commit("done", "k/1/a", Map.of());
    refused(RpcStatus.FAILED_PRECONDITION, () -> snapshotter.mounts("done"));
    refused(RpcStatus.FAILED_PRECONDITION, () -> snapshotter.commit("x", "done", Map.of()));
    refused(
        RpcStatus.INVALID_ARGUMENT, () -> snapshotter.update("done", Map.of(), List.of("kind")));
    refused(RpcStatus.ALREADY_EXISTS, () -> snapshotter.commit("done", "none", Map.of()));
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.commit("x", "none", Map.of()));
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.usage().of("none"));
    refused(RpcStatus.NOT_FOUND, () -> snapshotter.update("none", Map.of(), List.of()));
  }

  @Test
  void labels_change_as_the_mask_says() throws Exception {
    var unused = snapshotter.prepare("k", "", Map.of("a", "1", "b", "2"), false);
    assertThat(snapshotter.update("k", Map.of("a", "9"), List.of("labels.a")).labels())
        .isEqualTo(Map.of("a", "9", "b", "2"));
    assertThat(snapshotter.update("k", Map.of(), List.of("labels.b")).labels())
        .isEqualTo(Map.of("a", "9"));
    assertThat(snapshotter.update("k", Map.of("c", "3"), List.of()).labels())
        .isEqualTo(Map.of("c", "3"));
  }
}
