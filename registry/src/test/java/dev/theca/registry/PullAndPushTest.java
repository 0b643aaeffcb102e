package dev.theca.registry;

import static dev.theca.registry.Talk.bytes;
import static dev.theca.registry.Talk.code;
import static dev.theca.registry.Talk.field;
import static dev.theca.registry.Talk.image;
import static dev.theca.registry.Talk.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the distribution specification 1.1 asks of a registry for pull and push. */
class PullAndPushTest {
  private static final byte[] BLOB = bytes("0123456789");
  private static final Digest DIGEST = Digest.sha256(BLOB);

  @TempDir Path folder;
  private Running running;
  private Talk talk;

  @BeforeEach
  void serve() throws IOException {
    running = new Running(folder, s -> s.withLimits(1 << 20, 8, Duration.ofHours(1)));
    talk = running.talk;
  }

  @AfterEach
  void stop() throws IOException {
    running.close();
  }

  @Test
  void the_version_is_answered() {
    assertThat(talk.ask("GET", "/v2/").statusCode()).isEqualTo(200);
  }

  @Test
  void a_blob_comes_back_as_it_was_pushed_and_head_says_its_size() {
    talk.push("a/b", BLOB);
    var got = talk.ask("GET", "/v2/a/b/blobs/" + DIGEST);
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(BLOB);
    assertThat(field(got, "Docker-Content-Digest")).isEqualTo(DIGEST + "");
    var head = talk.ask("HEAD", "/v2/a/b/blobs/" + DIGEST);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(field(head, "Content-Length")).isEqualTo("10");
    assertThat(field(head, "Docker-Content-Digest")).isEqualTo(DIGEST + "");
  }

  @Test
  void an_empty_blob_is_a_blob() {
    var digest = talk.push("a", new byte[0]);
    assertThat(talk.ask("GET", "/v2/a/blobs/" + digest).body()).isEmpty();
  }

  @Test
  void a_large_blob_arrives_and_leaves_whole() {
    byte[] large = new byte[(1 << 20) - 3];
    new Random(1).nextBytes(large);
    assertThat(talk.ask("GET", "/v2/a/blobs/" + talk.push("a", large)).body()).isEqualTo(large);
    byte[] larger = new byte[(1 << 20) + 1];
    var refused = talk.ask("PUT", talk.begin("a") + "?digest=" + Digest.sha256(larger), larger);
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(code(refused)).isEqualTo("SIZE_INVALID");
  }

  @Test
  void what_is_not_there_is_said_with_its_code() {
    talk.push("a/b", BLOB);
    String nothing = "sha256:" + "0".repeat(64);
    assertThat(code(talk.ask("GET", "/v2/a/b/blobs/" + nothing))).isEqualTo("BLOB_UNKNOWN");
    assertThat(talk.ask("HEAD", "/v2/a/b/blobs/" + nothing).statusCode()).isEqualTo(404);
    assertThat(code(talk.ask("GET", "/v2/a/b/manifests/none"))).isEqualTo("MANIFEST_UNKNOWN");
    assertThat(talk.ask("HEAD", "/v2/a/b/manifests/none").statusCode()).isEqualTo(404);
    assertThat(code(talk.ask("GET", "/v2/c/manifests/none"))).isEqualTo("NAME_UNKNOWN");
    assertThat(code(talk.ask("GET", "/v2/c/tags/list"))).isEqualTo("NAME_UNKNOWN");
    assertThat(code(talk.ask("GET", "/v2/a/b/blobs/uploads/" + "0".repeat(32))))
        .isEqualTo("BLOB_UPLOAD_UNKNOWN");
    assertThat(code(talk.ask("GET", "/v2/a/b/blobs/sha256:12"))).isEqualTo("DIGEST_INVALID");
    assertThat(code(talk.ask("GET", "/v2/A/blobs/" + DIGEST))).isEqualTo("NAME_INVALID");
    assertThat(talk.ask("DELETE", "/v2/a/b/manifests/none").statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"..", "a/../b", "a//b", "_blobs", "a/_tags", "-a", "a%2f..%2fb", "a%00b", "A"})
  void a_name_that_is_none_names_nothing(String name) {
    var answer = talk.ask("POST", "/v2/" + name + "/blobs/uploads/");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(code(answer)).isEqualTo("NAME_INVALID");
  }

  @Test
  void a_blob_of_one_repository_is_not_read_through_another() {
    talk.push("a", BLOB);
    assertThat(talk.ask("GET", "/v2/b/blobs/" + DIGEST).statusCode()).isEqualTo(404);
    var missing = talk.manifest("b", "1", image("", BLOB));
    assertThat(code(missing)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 206, 0, bytes 0-0/10",
    "bytes=2-4, 206, 234, bytes 2-4/10",
    "bytes=7-, 206, 789, bytes 7-9/10",
    "bytes=-3, 206, 789, bytes 7-9/10",
    "bytes=-30, 206, 0123456789, bytes 0-9/10",
    "bytes=8-99, 206, 89, bytes 8-9/10",
    "bytes=10-, 416, '', bytes */10",
    "bytes=-0, 416, '', bytes */10",
    "'bytes=0-1,3-4', 200, 0123456789, ''",
    "bytes=4-2, 200, 0123456789, ''",
    "lines=1-2, 200, 0123456789, ''",
    "bytes=a-b, 200, 0123456789, ''",
  })
  void a_range_is_answered_as_http_says(String range, int status, String text, String said) {
    talk.push("a", BLOB);
    var answer = talk.ask("GET", "/v2/a/blobs/" + DIGEST, "Range", range);
    assertThat(answer.statusCode()).isEqualTo(status);
    if (status < 400) assertThat(new String(answer.body())).isEqualTo(text);
    assertThat(field(answer, "Content-Range")).isEqualTo(said);
  }

  @Test
  void a_range_of_another_blob_is_void() {
    talk.push("a", BLOB);
    String path = "/v2/a/blobs/" + DIGEST;
    String tag = field(talk.ask("GET", path), "ETag");
    var same = talk.ask("GET", path, "Range", "bytes=1-2", "If-Range", tag);
    assertThat(same.statusCode()).isEqualTo(206);
    var other = talk.ask("GET", path, "Range", "bytes=1-2", "If-Range", "\"x\"");
    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(talk.ask("GET", path, "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  @Test
  void a_blob_is_pushed_in_one_request() {
    var answer = talk.ask("POST", "/v2/a/blobs/uploads/?digest=" + DIGEST, BLOB);
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(field(answer, "Location")).isEqualTo("/v2/a/blobs/" + DIGEST);
    assertThat(talk.ask("GET", "/v2/a/blobs/" + DIGEST).body()).isEqualTo(BLOB);
  }

  @Test
  void chunks_are_taken_in_order_only_and_the_state_can_be_asked() {
    String place = talk.begin("a");
    var first = talk.ask("PATCH", place, bytes("0123"), "Content-Range", "0-3");
    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(field(first, "Range")).isEqualTo("0-3");
    var gap = talk.ask("PATCH", place, bytes("56"), "Content-Range", "5-6");
    assertThat(gap.statusCode()).isEqualTo(416);
    assertThat(field(gap, "Range")).isEqualTo("0-3");
    assertThat(field(gap, "Location")).isNotEmpty();
    assertThat(talk.ask("PATCH", place, bytes("0123"), "Content-Range", "0-3").statusCode())
        .as("again")
        .isEqualTo(416);
    assertThat(talk.ask("PATCH", place, bytes("456"), "Content-Range", "4-9").statusCode())
        .as("another length")
        .isEqualTo(416);
    assertThat(talk.ask("PATCH", place, bytes("456"), "Content-Range", "x").statusCode())
        .isEqualTo(416);
    var state = talk.ask("GET", place);
    assertThat(state.statusCode()).isEqualTo(204);
    assertThat(field(state, "Range")).isEqualTo("0-3");
    assertThat(talk.ask("PATCH", place, bytes("456")).statusCode()).isEqualTo(202);
    var end = talk.ask("PUT", place + "?digest=" + DIGEST, bytes("789"), "Content-Range", "7-9");
    assertThat(end.statusCode()).isEqualTo(201);
    assertThat(field(end, "Location")).isEqualTo("/v2/a/blobs/" + DIGEST);
    assertThat(talk.ask("GET", "/v2/a/blobs/" + DIGEST).body()).isEqualTo(BLOB);
    assertThat(talk.ask("GET", place).statusCode()).isEqualTo(404);
  }

  @Test
  void an_upload_belongs_to_its_repository() {
    String place = talk.begin("a");
    var elsewhere = talk.ask("PATCH", place.replace("/a/", "/b/"), BLOB);
    assertThat(elsewhere.statusCode()).isEqualTo(404);
  }

  @Test
  void a_cancelled_upload_is_gone() {
    String place = talk.begin("a");
    assertThat(talk.ask("DELETE", place).statusCode()).isEqualTo(204);
    assertThat(talk.ask("PATCH", place, BLOB).statusCode()).isEqualTo(404);
  }

  @Test
  void bytes_under_a_wrong_digest_are_refused_and_kept_nowhere() {
    var lie = Digest.sha256(bytes("another"));
    var refused = talk.ask("PUT", talk.begin("a") + "?digest=" + lie, BLOB);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(code(refused)).isEqualTo("DIGEST_INVALID");
    assertThat(talk.ask("GET", "/v2/a/blobs/" + lie).statusCode()).isEqualTo(404);
    assertThat(talk.ask("GET", "/v2/a/blobs/" + DIGEST).statusCode()).isEqualTo(404);
    var none = talk.ask("PUT", talk.begin("a"), BLOB);
    assertThat(code(none)).isEqualTo("DIGEST_INVALID");
  }

  @Test
  void sha512_is_a_digest_too() {
    var hasher = Digest.hasher("sha512");
    String digest = "sha512:" + HexFormat.of().formatHex(hasher.digest(BLOB));
    var answer = talk.ask("POST", "/v2/a/blobs/uploads/?digest=" + digest, BLOB);
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(talk.ask("GET", "/v2/a/blobs/" + digest).body()).isEqualTo(BLOB);
    talk.push("a", Talk.EMPTY);
    byte[] manifest = image("");
    String named = "sha512:" + HexFormat.of().formatHex(hasher.digest(manifest));
    assertThat(talk.manifest("a", named, manifest).statusCode()).isEqualTo(201);
    assertThat(talk.ask("GET", "/v2/a/manifests/" + named).body()).isEqualTo(manifest);
  }

  @Test
  void a_blob_is_mounted_from_a_repository_that_has_it_or_uploaded() {
    talk.push("a/b", BLOB);
    String path = "/v2/c/blobs/uploads/?mount=" + DIGEST;
    var mounted = talk.ask("POST", path + "&from=a%2Fb");
    assertThat(mounted.statusCode()).isEqualTo(201);
    assertThat(field(mounted, "Location")).isEqualTo("/v2/c/blobs/" + DIGEST);
    assertThat(talk.ask("GET", "/v2/c/blobs/" + DIGEST).body()).isEqualTo(BLOB);
    assertThat(talk.ask("POST", path.replace("/c/", "/d/") + "&from=x").statusCode())
        .isEqualTo(202);
    assertThat(talk.ask("POST", path.replace("/c/", "/d/")).statusCode()).isEqualTo(202);
  }

  @Test
  void a_manifest_comes_back_byte_for_byte_by_tag_and_by_digest() {
    talk.push("a", BLOB);
    talk.push("a", Talk.EMPTY);
    byte[] manifest = image(",\"annotations\":{ \"b\":\"1\" }", BLOB);
    var digest = Digest.sha256(manifest);
    var pushed = talk.manifest("a", "v1", manifest);
    assertThat(pushed.statusCode()).isEqualTo(201);
    assertThat(field(pushed, "Location")).isEqualTo("/v2/a/manifests/" + digest);
    assertThat(field(pushed, "Docker-Content-Digest")).isEqualTo(digest + "");
    for (String reference : new String[] {"v1", digest + ""}) {
      var got = talk.ask("GET", "/v2/a/manifests/" + reference);
      assertThat(got.body()).isEqualTo(manifest);
      assertThat(field(got, "Content-Type")).isEqualTo(Talk.OCI);
      var head = talk.ask("HEAD", "/v2/a/manifests/" + reference);
      assertThat(field(head, "Content-Length")).isEqualTo(manifest.length + "");
      assertThat(field(head, "Docker-Content-Digest")).isEqualTo(digest + "");
    }
  }

  @Test
  void a_tag_moves() {
    talk.push("a", Talk.EMPTY);
    talk.manifest("a", "v", image(""));
    byte[] second = image(",\"annotations\":{}");
    talk.manifest("a", "v", second);
    assertThat(talk.ask("GET", "/v2/a/manifests/v").body()).isEqualTo(second);
    assertThat(talk.ask("GET", "/v2/a/manifests/" + Digest.sha256(image(""))).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"schemaVersion\":1,\"layers\":[]}",
        "{\"schemaVersion\":2,\"schemaVersion\":2,\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"layers\":[]}",
        "{\"schemaVersion\":2,\"layers\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"size\":1,\"digest\":\"sha256:1\"}]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"subject\":7}",
      })
  void what_is_no_manifest_is_refused(String text) {
    var refused = talk.ask("PUT", "/v2/a/manifests/v", bytes(text));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(code(refused)).isEqualTo("MANIFEST_INVALID");
    assertThat(talk.ask("GET", "/v2/a/manifests/v").statusCode()).isEqualTo(404);
  }

  @Test
  void a_manifest_must_fit_its_digest_its_type_and_the_size() {
    talk.push("a", Talk.EMPTY);
    var lie = talk.manifest("a", DIGEST + "", image(""));
    assertThat(code(lie)).isEqualTo("DIGEST_INVALID");
    var other = talk.ask("PUT", "/v2/a/manifests/v", image(""), "Content-Type", Talk.INDEX);
    assertThat(code(other)).isEqualTo("MANIFEST_INVALID");
    byte[] large = image(",\"annotations\":{\"a\":\"" + "x".repeat(4 << 20) + "\"}");
    assertThat(talk.manifest("a", "v", large).statusCode()).isEqualTo(413);
    assertThat(code(talk.manifest("a", "-v", image("")))).isEqualTo("MANIFEST_INVALID");
  }

  @Test
  void an_index_may_name_manifests_that_come_later() {
    String text =
        "{\"schemaVersion\":2,\"manifests\":[%s]}".formatted(Talk.descriptor(Talk.OCI, BLOB));
    var pushed = talk.ask("PUT", "/v2/a/manifests/all", bytes(text), "Content-Type", Talk.INDEX);
    assertThat(pushed.statusCode()).isEqualTo(201);
    assertThat(field(talk.ask("GET", "/v2/a/manifests/all"), "Content-Type")).isEqualTo(Talk.INDEX);
  }

  @Test
  void tags_are_listed_in_order_and_in_pages() {
    talk.push("a", Talk.EMPTY);
    for (String tag : new String[] {"b", "A", "c", "B2", "_x"}) talk.manifest("a", tag, image(""));
    assertThat(json(talk.ask("GET", "/v2/a/tags/list")).strings("tags").orElseThrow())
        .containsExactly("_x", "A", "b", "B2", "c");
    var page = talk.ask("GET", "/v2/a/tags/list?n=2");
    assertThat(json(page).strings("tags").orElseThrow()).containsExactly("_x", "A");
    assertThat(field(page, "Link")).isEqualTo("</v2/a/tags/list?n=2&last=A>; rel=\"next\"");
    var next = talk.ask("GET", "/v2/a/tags/list?n=3&last=A");
    assertThat(json(next).strings("tags").orElseThrow()).containsExactly("b", "B2", "c");
    assertThat(field(next, "Link")).isEmpty();
    var none = talk.ask("GET", "/v2/a/tags/list?n=0");
    assertThat(json(none).strings("tags").orElseThrow()).isEmpty();
    assertThat(field(none, "Link")).isEmpty();
    assertThat(json(talk.ask("GET", "/v2/_catalog")).strings("repositories").orElseThrow())
        .containsExactly("a");
  }

  @Test
  void referrers_are_found_by_their_subject_even_before_it_is_there() {
    talk.push("a", Talk.EMPTY);
    byte[] image = image("");
    var subject = Digest.sha256(image);
    String path = "/v2/a/referrers/" + subject;
    var none = talk.ask("GET", path);
    assertThat(none.statusCode()).isEqualTo(200);
    assertThat(field(none, "Content-Type")).isEqualTo(Talk.INDEX);
    assertThat(json(none).array("manifests").orElseThrow()).isEmpty();
    String belongs = ",\"subject\":" + Talk.descriptor(Talk.OCI, image);
    byte[] signature =
        image(belongs + ",\"artifactType\":\"a/signature\",\"annotations\":{\"k\":\"v\"}");
    var pushed = talk.manifest("a", Digest.sha256(signature) + "", signature);
    assertThat(field(pushed, "OCI-Subject")).isEqualTo(subject + "");
    talk.manifest("a", "bom", image(belongs));
    var all = talk.ask("GET", path);
    assertThat(new String(all.body()))
        .contains(Digest.sha256(signature) + "", "\"a/signature\"", "{\"k\":\"v\"}")
        .contains("\"artifactType\":\"application/vnd.oci.empty.v1+json\"");
    assertThat(json(all).array("manifests").orElseThrow()).hasSize(2);
    var one = talk.ask("GET", path + "?artifactType=a%2Fsignature");
    assertThat(field(one, "OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(json(one).array("manifests").orElseThrow()).hasSize(1);
    assertThat(code(talk.ask("GET", "/v2/a/referrers/x"))).isEqualTo("DIGEST_INVALID");
  }

  @Test
  void two_uploads_of_one_blob_at_once_are_fine() throws Exception {
    byte[] large = new byte[900_000];
    new Random(2).nextBytes(large);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var pushes = new java.util.ArrayList<java.util.concurrent.Future<Digest>>();
      for (int i = 0; i < 8; i++) {
        String repository = "r" + i % 2;
        pushes.add(threads.submit(() -> talk.push(repository, large)));
      }
      for (var push : pushes) assertThat(push.get()).isEqualTo(Digest.sha256(large));
    }
    assertThat(talk.ask("GET", "/v2/r1/blobs/" + Digest.sha256(large)).body()).isEqualTo(large);
  }

  @Test
  void too_many_unfinished_uploads_are_refused_until_some_expire() throws IOException {
    for (int i = 0; i < 8; i++) assertThat(talk.begin("a")).isNotEmpty();
    var ninth = talk.ask("POST", "/v2/a/blobs/uploads/");
    assertThat(ninth.statusCode()).isEqualTo(429);
    assertThat(code(ninth)).isEqualTo("TOOMANYREQUESTS");
    assertThat(running.registry.expireUploads()).isZero();
    running.later(Duration.ofHours(2));
    assertThat(running.registry.expireUploads()).isEqualTo(8);
    assertThat(talk.begin("a")).isNotEmpty();
  }

  @Test
  void an_upload_survives_a_restart() throws IOException {
    String place = talk.begin("a");
    talk.ask("PATCH", place, bytes("01234"));
    running.close();
    serve();
    assertThat(field(talk.ask("GET", place), "Range")).isEqualTo("0-4");
    var end = talk.ask("PUT", place + "?digest=" + DIGEST, bytes("56789"));
    assertThat(end.statusCode()).isEqualTo(201);
    assertThat(talk.ask("GET", "/v2/a/blobs/" + DIGEST).body()).isEqualTo(BLOB);
  }
}
