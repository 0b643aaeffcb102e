package dev.theca.registry;

import static dev.theca.registry.Talk.bytes;
import static dev.theca.registry.Talk.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.registry.store.Collector.Report;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletion, and what is left behind and collected. */
class CollectTest {
  private static final byte[] BLOB = bytes("a layer");
  private static final byte[] OTHER = bytes("nobody names this");
  private static final Report NOTHING = new Report(0, 0, 0, 0);

  @TempDir Path folder;
  private Running running;
  private Talk talk;

  @BeforeEach
  void serve() throws IOException {
    running = new Running(folder, RegistrySettings::withDeletes);
    talk = running.talk;
    talk.push("a", Talk.EMPTY);
    talk.push("a", BLOB);
    talk.manifest("a", "v", image("", BLOB));
  }

  @AfterEach
  void stop() throws IOException {
    running.close();
  }

  private int status(String path) {
    return talk.ask("GET", path).statusCode();
  }

  @Test
  void a_deleted_tag_leaves_its_manifest_and_a_deleted_manifest_takes_its_tags() {
    String manifest = "/v2/a/manifests/" + Digest.sha256(image("", BLOB));
    talk.manifest("a", "w", image("", BLOB));
    assertThat(talk.ask("DELETE", "/v2/a/manifests/v").statusCode()).isEqualTo(202);
    assertThat(status("/v2/a/manifests/v")).isEqualTo(404);
    assertThat(status(manifest)).isEqualTo(200);
    assertThat(talk.ask("DELETE", manifest).statusCode()).isEqualTo(202);
    assertThat(status("/v2/a/manifests/w")).isEqualTo(404);
    assertThat(talk.ask("DELETE", manifest).statusCode()).isEqualTo(404);
    assertThat(new String(talk.ask("GET", "/v2/a/tags/list").body())).contains("[]");
  }

  @Test
  void a_deleted_referrer_is_not_listed() {
    byte[] signature = image(",\"subject\":" + Talk.descriptor(Talk.OCI, image("", BLOB)));
    talk.manifest("a", "s", signature);
    String referrers = "/v2/a/referrers/" + Digest.sha256(image("", BLOB));
    assertThat(new String(talk.ask("GET", referrers).body())).contains("digest");
    talk.ask("DELETE", "/v2/a/manifests/" + Digest.sha256(signature));
    assertThat(new String(talk.ask("GET", referrers).body())).doesNotContain("digest");
  }

  @Test
  void a_blob_deleted_here_stays_elsewhere() {
    talk.push("b", BLOB);
    assertThat(talk.ask("DELETE", "/v2/a/blobs/" + Digest.sha256(BLOB)).statusCode())
        .isEqualTo(202);
    assertThat(status("/v2/a/blobs/" + Digest.sha256(BLOB))).isEqualTo(404);
    assertThat(status("/v2/b/blobs/" + Digest.sha256(BLOB))).isEqualTo(200);
  }

  @Test
  void what_a_manifest_names_stays_and_the_rest_goes_after_its_grace() throws IOException {
    talk.push("a", OTHER);
    assertThat(running.registry.collect(Duration.ofHours(1), false)).isEqualTo(NOTHING);
    running.later(Duration.ofHours(2));
    assertThat(running.registry.collect(Duration.ofHours(1), false))
        .isEqualTo(new Report(0, 1, 1, OTHER.length));
    assertThat(status("/v2/a/blobs/" + Digest.sha256(OTHER))).isEqualTo(404);
    assertThat(status("/v2/a/blobs/" + Digest.sha256(BLOB))).isEqualTo(200);
    assertThat(status("/v2/a/manifests/v")).isEqualTo(200);
    assertThat(running.registry.collect(Duration.ofHours(1), false)).isEqualTo(NOTHING);
  }

  @Test
  void untagged_manifests_go_when_that_is_wanted_unless_something_kept_names_them()
      throws IOException {
    byte[] child = image(",\"annotations\":{\"n\":\"child\"}");
    byte[] lone = image(",\"annotations\":{\"n\":\"lone\"}");
    byte[] signature = image(",\"subject\":" + Talk.descriptor(Talk.OCI, child));
    for (byte[] one : new byte[][] {child, lone, signature})
      talk.manifest("a", Digest.sha256(one) + "", one);
    byte[] index =
        bytes("{\"schemaVersion\":2,\"manifests\":[" + Talk.descriptor(Talk.OCI, child) + "]}");
    talk.ask("PUT", "/v2/a/manifests/all", index, "Content-Type", Talk.INDEX);
    running.later(Duration.ofHours(2));
    assertThat(running.registry.collect(Duration.ofHours(1), false).manifests()).isZero();
    var report = running.registry.collect(Duration.ofHours(1), true);
    assertThat(report).isEqualTo(new Report(1, 0, 1, lone.length));
    assertThat(status("/v2/a/manifests/" + Digest.sha256(lone))).isEqualTo(404);
    for (byte[] one : new byte[][] {child, signature, index})
      assertThat(status("/v2/a/manifests/" + Digest.sha256(one))).isEqualTo(200);
  }

  @Test
  void an_image_that_is_deleted_gives_its_space_back() throws IOException {
    talk.ask("DELETE", "/v2/a/manifests/" + Digest.sha256(image("", BLOB)));
    running.later(Duration.ofHours(2));
    running.registry.collect(Duration.ofHours(1), false);
    try (var files = Files.walk(folder.resolve("blobs"))) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void a_folder_belongs_to_one_process() throws IOException {
    assertThatThrownBy(() -> Registry.collect(folder, Duration.ZERO, false, InstantSource.system()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("works in");
    running.close();
    assertThat(Registry.collect(folder, Duration.ofHours(1), false, InstantSource.system()))
        .isEqualTo(NOTHING);
    serve();
  }

  @Test
  void what_a_crash_left_half_written_is_not_served_and_is_cleared() throws IOException {
    running.close();
    Path left = Files.write(folder.resolve("tmp/left"), BLOB);
    serve();
    assertThat(left).doesNotExist();
    assertThat(status("/v2/a/manifests/v")).isEqualTo(200);
  }
}
