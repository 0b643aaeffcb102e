package dev.theca.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotterTest {
  private static final String REF = "containerd.io/snapshot.ref";
  private static final String MANIFEST = "containerd.io/snapshot/cri.manifest-digest";
  private static final String DIGEST = "ab".repeat(32);

  @TempDir Path folder;
  private Snapshotter snapshotter;

  @BeforeEach
  void open() throws IOException {
    snapshotter =
        new Snapshotter(
            new SnapshotStore(folder.resolve("store")), folder.resolve("content"), false);
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
      Status.Code code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SnapshotRefused.class, e -> assertThat(e.status().getCode()).isEqualTo(code));
  }

  @Test
  void a_sealed_layer_is_there_already_and_keeps_its_chain() throws Exception {
    manifest("application/vnd.oci.image.layer.v1.tar+gzip+encrypted");
    refused(
        Status.Code.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/1/extract a", "", labels("sha256:one"), false));
    var first = snapshotter.list().getFirst();
    assertThat(first.kind()).isEqualTo(Snapshot.Kind.COMMITTED);
    assertThat(first.labels()).containsEntry(REF, "sha256:one");
    refused(
        Status.Code.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/2/extract b", first.name(), labels("sha256:two"), false));
    assertThat(snapshotter.list()).hasSize(2);
    refused(
        Status.Code.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/3/extract c", "", labels("sha256:one"), false));
    assertThat(snapshotter.list()).as("a second pull finds the first").hasSize(2);
    var top = snapshotter.list().getLast();
    var mounts = snapshotter.prepare("k/4/container", top.name(), Map.of(), false);
    assertThat(mounts).hasSize(1);
    assertThat(mounts.getFirst().type()).isEqualTo("bind");
    refused(Status.Code.FAILED_PRECONDITION, () -> snapshotter.remove(top.name()));
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
    assertThat(snapshotter.usage("k/5/container")[1]).isPositive();
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
        Status.Code.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/1/extract a", "", labels("sha256:one"), false));
    String top = snapshotter.list().getFirst().name();
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
        Status.Code.ALREADY_EXISTS,
        () -> snapshotter.prepare("k/1/extract a", "", labels("sha256:one"), false));
    var before = snapshotter.list();
    open();
    assertThat(snapshotter.list()).isEqualTo(before);
  }

  @Test
  void a_parent_that_was_lost_is_made_again() throws Exception {
    var mounts = snapshotter.prepare("k/9/container", "theca/k/1/x", Map.of(), false);
    assertThat(mounts).hasSize(1);
    assertThat(snapshotter.stat("theca/k/1/x").kind()).isEqualTo(Snapshot.Kind.COMMITTED);
  }

  @Test
  void wrong_calls_get_the_status_that_containerd_knows() throws Exception {
    refused(Status.Code.NOT_FOUND, () -> snapshotter.stat("none"));
    refused(Status.Code.NOT_FOUND, () -> snapshotter.remove("none"));
    refused(Status.Code.NOT_FOUND, () -> snapshotter.mounts("none"));
    refused(Status.Code.NOT_FOUND, () -> snapshotter.prepare("k", "none", Map.of(), false));
    var unused = snapshotter.prepare("k/1/a", "", Map.of(), false);
    refused(Status.Code.ALREADY_EXISTS, () -> snapshotter.prepare("k/1/a", "", Map.of(), false));
    refused(
        Status.Code.FAILED_PRECONDITION, () -> snapshotter.prepare("b", "k/1/a", Map.of(), false));
    snapshotter.commit("done", "k/1/a", Map.of());
    refused(Status.Code.FAILED_PRECONDITION, () -> snapshotter.mounts("done"));
    refused(Status.Code.FAILED_PRECONDITION, () -> snapshotter.commit("x", "done", Map.of()));
    refused(
        Status.Code.FAILED_PRECONDITION,
        () -> snapshotter.update("done", Map.of(), List.of("kind")));
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
