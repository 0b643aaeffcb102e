package dev.theca.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.Digest;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that have the very same layers, and clients that do not say which image they pull. */
class SharedLayersTest {
  private static final String REF = "containerd.io/snapshot.ref";
  private static final String SEALED = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";
  private static final String CLEAR = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final List<String> LAYERS =
      List.of("sha256:" + "01".repeat(32), "sha256:" + "02".repeat(32));

  @TempDir Path folder;
  private Snapshotter snapshotter;

  @BeforeEach
  void open() throws IOException {
    var rule = new RemoteRule(false, List.of(), folder.resolve("content"));
    snapshotter = new Snapshotter(new SnapshotStore(folder.resolve("store")), rule);
  }

  @AfterEach
  void close() throws IOException {
    snapshotter.close();
  }

  private String blob(String text) throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("content/blobs/sha256"));
    var digest = Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    Files.writeString(blobs.resolve(digest.toString().substring(7)), text);
    return digest.toString();
  }

  private static String list(String form, List<String> items) {
    return items.stream().map(form::formatted).collect(Collectors.joining(",", "[", "]"));
  }

  /** The digest of the manifest. */
  private String image(String user, String mediaType, List<String> layers) throws IOException {
    String config =
        blob(
            "{\"config\":{\"User\":\"%s\"},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":%s}}"
                .formatted(user, list("\"%s\"", layers)));
    String form = "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"%s\"}";
    return blob(
        "{\"config\":{\"digest\":\"%s\"},\"layers\":%s}".formatted(config, list(form, layers)));
  }

  private static String chain(int layers) {
    String chain = LAYERS.getFirst();
    for (String layer : LAYERS.subList(1, layers))
      chain = Digest.sha256((chain + " " + layer).getBytes(StandardCharsets.US_ASCII)).toString();
    return chain;
  }

  /** Pulls as containerd does: every layer is said to be there. */
  private void pull(Map<String, String> more) throws Exception {
    String parent = "";
    for (int layer = 1; layer <= LAYERS.size(); layer++) {
      var labels = new HashMap<>(more);
      labels.put(REF, chain(layer));
      String key = "ns/" + layer + "/extract";
      String below = parent;
      assertThatThrownBy(() -> snapshotter.prepare(key, below, labels, false))
          .as("layer %d", layer)
          .isInstanceOf(SnapshotRefused.class)
          .hasMessageContaining("exists");
      parent = snapshotter.list(any -> true).getLast().name();
    }
  }

  private Path root(String key) throws Exception {
    String top = snapshotter.list(s -> s.kind() == Snapshot.Kind.COMMITTED).getLast().name();
    return Path.of(snapshotter.prepare(key, top, Map.of(), false).getFirst().source());
  }

  @Test
  void every_user_of_the_images_that_share_layers_is_known_by_the_one_invented_number()
      throws Exception {
    String first = image("alice:staff", SEALED, LAYERS);
    pull(Map.of("containerd.io/snapshot/cri.manifest-digest", first));
    String second = image("bob:wheel", SEALED, LAYERS);
    assertThat(second).isNotEqualTo(first);
    String passwd = Files.readString(root("ns/7/of-bob").resolve("etc/passwd"));
    assertThat(passwd.lines().map(line -> line.replaceAll("::.*", "")))
        .containsExactlyInAnyOrder(
            "root:x:0:0:root:/:/sbin/nologin",
            "alice:x:" + InventedId.VALUE + ":" + InventedId.VALUE,
            "bob:x:" + InventedId.VALUE + ":" + InventedId.VALUE);
    assertThat(Files.readString(root("ns/8/of-bob").resolve("etc/group")).lines())
        .containsExactlyInAnyOrder(
            "root:x:0:", "staff:x:" + InventedId.VALUE + ":", "wheel:x:" + InventedId.VALUE + ":");
  }

  @Test
  void a_user_that_an_image_gives_another_number_by_name_gets_none_of_the_hosts() throws Exception {
    image("1000:0", SEALED, LAYERS);
    image("root:root", SEALED, LAYERS);
    image("x\\ny:z", SEALED, LAYERS);
    pull(Map.of());
    assertThat(Files.readString(root("ns/7/c").resolve("etc/passwd")))
        .isEqualTo("root:x:0:0:root:/:/sbin/nologin\n");
  }

  @Test
  void an_image_that_is_gone_is_not_remembered() throws Exception {
    image("alice", SEALED, LAYERS);
    String gone = image("carol", SEALED, LAYERS);
    pull(Map.of());
    assertThat(root("ns/7/a").resolve("etc/passwd")).content().contains("alice", "carol");
    Files.delete(folder.resolve("content/blobs/sha256").resolve(gone.substring(7)));
    assertThat(root("ns/8/b").resolve("etc/passwd")).content().contains("alice");
    assertThat(root("ns/9/b").resolve("etc/passwd")).content().doesNotContain("carol");
  }

  @Test
  void an_encrypted_image_that_no_client_names_is_left_to_the_agents() throws Exception {
    image("alice", SEALED, LAYERS);
    pull(Map.of());
    assertThat(snapshotter.list(any -> true)).hasSize(2).allMatch(Snapshot::remote);
    assertThat(root("ns/7/c").resolve("etc/passwd")).content().contains("alice:x:");
  }

  @Test
  void an_image_in_the_clear_is_fetched_and_so_is_one_that_shares_its_layers() throws Exception {
    image("", CLEAR, LAYERS);
    var labels = Map.of(REF, chain(1));
    assertThat(snapshotter.prepare("ns/1/a", "", labels, false)).hasSize(1);
    image("", SEALED, LAYERS);
    assertThat(snapshotter.prepare("ns/2/b", "", labels, false)).hasSize(1);
  }

  @Test
  void layers_of_unknown_images_are_fetched() throws Exception {
    image("", SEALED, LAYERS.reversed());
    assertThat(snapshotter.prepare("ns/1/a", "", Map.of(REF, chain(1)), false)).hasSize(1);
    assertThat(snapshotter.prepare("ns/2/b", "", Map.of(REF, "x"), false)).hasSize(1);
  }

  @Test
  void a_client_that_unpacks_by_itself_is_told_who_can() throws Exception {
    String key = "ns/1/extract-12-ab " + chain(2);
    assertThat(snapshotter.prepare("ns/9/extract-9-a " + chain(1), "", Map.of(), false)).hasSize(1);
    image("", SEALED, LAYERS);
    assertThatThrownBy(() -> snapshotter.prepare(key, "", Map.of(), false))
        .isInstanceOfSatisfying(
            SnapshotRefused.class,
            e -> assertThat(e.status()).isEqualTo(RpcStatus.FAILED_PRECONDITION))
        .hasMessageContaining("image-encrypted")
        .hasMessageContaining("a pod of the handler theca");
    image("", CLEAR, LAYERS);
    assertThat(snapshotter.prepare(key, "", Map.of(), false)).hasSize(1);
  }
}
