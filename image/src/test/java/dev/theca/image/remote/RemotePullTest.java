package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.Blob;
import dev.theca.image.ImageException;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reading from registries that mean well and networks that do not. */
class RemotePullTest {
  private static final byte[] CONFIG = "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private static ImageReader reader(Registries registries, FakeRegistry at) {
    return registries.reader(Samples.ref(at, "demo/app:1")).orThrow();
  }

  private static byte[] all(Outcome<Blob> blob, long from) throws IOException {
    try (var in = blob.orThrow().from(from)) {
      return in.readAllBytes();
    }
  }

  private static void range(FakeRegistry.Request request, FakeRegistry.Reply reply, byte[] blob)
      throws IOException {
    String range = request.field("range");
    if (range.isEmpty()) {
      reply.send(200, blob);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("bytes=([0-9]+)-.*", "$1"));
    reply.send(
        206,
        Arrays.copyOfRange(blob, from, blob.length),
        "Content-Range: bytes " + from + "-" + (blob.length - 1) + "/" + blob.length);
  }

  @Test
  void a_manifest_is_found_through_two_indexes_and_both_digests_are_kept() throws Exception {
    var image = Samples.manifest(CONFIG, Samples.bytes(10));
    var inner = Samples.index("{\"os\":\"linux\",\"architecture\":\"amd64\"}", image);
    var outer = Samples.index("", inner);
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  for (var document : List.of(image, inner, outer))
                    if (request.target().endsWith(document.digest().toString())
                        || request.target().endsWith("/1") && document == outer) {
                      reply.send(200, document.bytes());
                      return;
                    }
                  reply.send(404, "{}");
                });
        var registries = new Registries(at.settings())) {
      var found = ManifestResolver.resolve(reader(registries, at), Platform.LINUX_AMD64).orThrow();
      assertThat(found.digests()).containsExactly(image.digest(), outer.digest());
      assertThat(found.manifest().layers()).hasSize(1);
      var other = Platform.parse("linux/s390x").orElseThrow();
      assertThat(ManifestResolver.resolve(reader(registries, at), other).isGranted()).isFalse();
      assertThat(at.requests.getFirst().field("accept")).contains("image.index.v1+json");
      assertThat(at.requests.getFirst().field("accept-encoding")).isEqualTo("identity");
    }
  }

  @Test
  void indexes_in_indexes_without_end_are_refused() throws Exception {
    var image = Samples.manifest(CONFIG);
    var chain = new ArrayList<>(List.of(image));
    for (int i = 0; i < 6; i++) chain.add(Samples.index("", chain.getLast()));
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  for (var one : chain)
                    if (request.target().endsWith(one.digest().toString())) {
                      reply.send(200, one.bytes());
                      return;
                    }
                  reply.send(200, chain.getLast().bytes());
                });
        var registries = new Registries(at.settings())) {
      assertThat(ManifestResolver.resolve(reader(registries, at), Platform.LINUX_AMD64).toString())
          .contains("at most 4 indexes");
    }
  }

  @Test
  void what_is_missing_is_empty_and_a_missing_root_says_where_it_was_looked_for() throws Exception {
    try (var at = new FakeRegistry((request, reply) -> reply.send(404, "{}"));
        var registries = new Registries(at.settings())) {
      var reader = reader(registries, at);
      assertThat(reader.document(Digest.sha256(CONFIG)))
          .isEqualTo(Outcome.granted(Optional.empty()));
      assertThat(reader.tagged("x")).isEqualTo(Outcome.granted(Optional.empty()));
      assertThat(reader.root().toString())
          .contains("image-registry-missing", at.host() + "/demo/app");
    }
  }

  @Test
  void a_blob_that_breaks_off_goes_on_where_it_broke() throws Exception {
    byte[] blob = Samples.bytes(300_000);
    var tries = new AtomicInteger();
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (tries.incrementAndGet() <= 2) {
                    int from =
                        request.field("range").isEmpty()
                            ? 0
                            : Integer.parseInt(
                                request.field("range").replaceAll("bytes=([0-9]+)-.*", "$1"));
                    reply.head(
                        from == 0 ? 200 : 206,
                        blob.length - from,
                        "Content-Range: bytes " + from + "-299999/300000");
                    reply.out.write(blob, from, 100_000);
                    reply.out.flush();
                    throw new FakeRegistry.HangUp();
                  }
                  range(request, reply, blob);
                });
        var registries = new Registries(at.settings())) {
      var descriptor = Samples.descriptor(blob);
      assertThat(all(reader(registries, at).blob(descriptor), 0)).isEqualTo(blob);
      assertThat(at.requests).hasSize(3);
      // what was on its way when the connection broke may be lost, what was read is not
      assertThat(at.requests.get(2).field("range")).matches("bytes=[12]00000-299999");
      assertThat(all(reader(registries, at).blob(descriptor), 299_000))
          .isEqualTo(Arrays.copyOfRange(blob, 299_000, 300_000));
    }
  }

  @Test
  void a_server_that_ignores_ranges_sends_all_again_and_the_start_is_skipped() throws Exception {
    byte[] blob = Samples.bytes(200_000);
    var tries = new AtomicInteger();
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (tries.incrementAndGet() == 1) {
                    reply.head(200, blob.length);
                    reply.out.write(blob, 0, 150_000);
                    reply.out.flush();
                    throw new FakeRegistry.HangUp();
                  }
                  reply.send(200, blob);
                });
        var registries = new Registries(at.settings())) {
      assertThat(all(reader(registries, at).blob(Samples.descriptor(blob)), 0)).isEqualTo(blob);
    }
  }

  @Test
  void a_server_that_sends_another_range_is_asked_without_one() throws Exception {
    byte[] blob = Samples.bytes(5_000);
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (request.field("range").isEmpty()) reply.send(200, blob);
                  else reply.send(206, blob, "Content-Range: bytes 0-4999/5000");
                });
        var registries = new Registries(at.settings())) {
      assertThat(all(reader(registries, at).blob(Samples.descriptor(blob)), 1_000))
          .isEqualTo(Arrays.copyOfRange(blob, 1_000, 5_000));
    }
  }

  @Test
  void a_place_that_holds_less_ends_early_and_one_that_holds_more_is_cut() throws Exception {
    byte[] blob = Samples.bytes(5_000);
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (request.field("range").isEmpty()) reply.send(200, blob);
                  else reply.send(416, "");
                });
        var registries = new Registries(at.settings())) {
      var reader = reader(registries, at);
      var longer =
          new dev.theca.image.Descriptor("", Digest.sha256(blob), 9_000, java.util.Map.of());
      assertThat(all(reader.blob(longer), 0)).isEqualTo(blob);
      var shorter =
          new dev.theca.image.Descriptor("", Digest.sha256(blob), 100, java.util.Map.of());
      assertThat(all(reader.blob(shorter), 0)).isEqualTo(Arrays.copyOf(blob, 100));
    }
  }

  @Test
  void too_many_requests_are_tried_again_after_what_the_server_asks_for() throws Exception {
    var image = Samples.manifest(CONFIG);
    var tries = new AtomicInteger();
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (tries.incrementAndGet() < 3) reply.send(429, "{}", "Retry-After: 86400");
                  else reply.send(200, image.bytes());
                });
        var registries = new Registries(at.settings())) {
      long start = System.nanoTime();
      assertThat(reader(registries, at).root().isGranted()).isTrue();
      // asked for a day, waited twice for the cap of 80 ms
      assertThat((System.nanoTime() - start) / 1_000_000).isBetween(150L, 60_000L);
    }
    try (var at = new FakeRegistry((request, reply) -> reply.send(503, "{}"));
        var registries = new Registries(at.settings())) {
      assertThatThrownBy(() -> reader(registries, at).root())
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("503")
          .hasMessageContaining("3 tries");
    }
  }

  @Test
  void mirrors_are_asked_in_order_and_the_name_stays_the_users() throws Exception {
    byte[] blob = Samples.bytes(100);
    var image = Samples.manifest(CONFIG, blob);
    FakeRegistry.Script good =
        (request, reply) ->
            reply.send(200, request.path().contains("/blobs/") ? blob : image.bytes());
    try (var dead = new FakeRegistry((request, reply) -> reply.send(404, "{}"));
        var liar =
            new FakeRegistry((request, reply) -> reply.send(200, Samples.manifest(blob).bytes()));
        var mirror = new FakeRegistry(good);
        var origin = new FakeRegistry((request, reply) -> reply.send(500, "{}"))) {
      String toml =
          "[[registry]]\nprefix = \"images.example.test/team\"\nlocation = \""
              + origin.host()
              + "/x\"\ninsecure = true\n";
      for (var one : List.of(dead, liar, mirror))
        toml += "[[registry.mirror]]\nlocation = \"" + one.host() + "/y\"\ninsecure = true\n";
      var settings = FakeRegistry.quick().withRegistries(RegistriesConf.parse(toml).orThrow());
      try (var registries = new Registries(settings)) {
        var ref = ImageRef.parse("images.example.test/team/app@" + image.digest()).orThrow();
        var reader = registries.reader(ref).orThrow();
        assertThat(reader.root().orThrow().digest()).isEqualTo(image.digest());
        assertThat(reader.name()).isEqualTo(ref.toString());
        assertThat(mirror.asked()).containsExactly("GET /v2/y/app/manifests/" + image.digest());
        assertThat(all(reader.blob(Samples.descriptor(blob)), 0)).isEqualTo(blob);
        assertThat(liar.asked()).hasSize(1); // the one that answered is asked first from then on
        assertThat(origin.asked()).isEmpty();
      }
    }
  }

  @Test
  void more_blobs_than_places_at_one_host_wait_for_each_other() throws Exception {
    byte[] blob = Samples.bytes(1_000);
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  most.accumulateAndGet(now.incrementAndGet(), Math::max);
                  Retries.pause(java.time.Duration.ofMillis(30));
                  now.decrementAndGet();
                  reply.send(200, blob);
                });
        var registries = new Registries(at.settings().withConnectionsPerHost(2));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reader = reader(registries, at);
      var jobs = new ArrayList<java.util.concurrent.Future<byte[]>>();
      for (int i = 0; i < 8; i++)
        jobs.add(threads.submit(() -> all(reader.blob(Samples.descriptor(blob)), 0)));
      for (var job : jobs) assertThat(job.get()).isEqualTo(blob);
      assertThat(most.get()).isBetween(1, 2);
    }
  }

  @Test
  void tags_come_in_pages_from_one_host_only() throws Exception {
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (request.target().contains("last="))
                    reply.send(200, "{\"name\":\"demo/app\",\"tags\":[\"b\"]}");
                  else
                    reply.send(
                        200,
                        "{\"name\":\"demo/app\",\"tags\":[\"a\"]}",
                        "Link: </v2/demo/app/tags/list?last=a&n=1>; rel=\"next\"");
                });
        var away =
            new FakeRegistry(
                (request, reply) ->
                    reply.send(
                        200, "{\"tags\":[]}", "Link: <http://127.0.0.1:1/v2/x>; rel=\"next\""));
        var endless =
            new FakeRegistry(
                (request, reply) ->
                    reply.send(
                        200, "{\"tags\":null}", "Link: <" + request.target() + ">; rel=next"))) {
      try (var registries = new Registries(at.settings())) {
        assertThat(registries.tags(Samples.ref(at, "demo/app")).orThrow())
            .containsExactly("a", "b");
      }
      try (var registries = new Registries(away.settings())) {
        assertThat(registries.tags(Samples.ref(away, "demo/app")).toString())
            .contains("the same host");
      }
      try (var registries = new Registries(endless.settings())) {
        assertThat(registries.tags(Samples.ref(endless, "demo/app")).toString())
            .contains("at most 256 pages");
      }
    }
  }

  @Test
  void referrers_come_from_the_list_and_are_filtered_here_when_the_server_does_not()
      throws Exception {
    var subject = Samples.manifest(CONFIG);
    String entries =
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":1,"
            + "\"artifactType\":\"want/this\"},{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":1,"
            + "\"artifactType\":\"not/this\"}]}";
    String text = entries.formatted(Digest.sha256(CONFIG), subject.digest());
    try (var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (request.path().contains("/referrers/")) reply.send(200, text);
                  else reply.send(404, "{}");
                });
        var old =
            new FakeRegistry(
                (request, reply) -> {
                  if (request.path().endsWith("/manifests/sha256-" + subject.digest().hex()))
                    reply.send(200, text);
                  else reply.send(404, "{}");
                })) {
      for (var one : List.of(at, old))
        try (var registries = new Registries(one.settings())) {
          var reader = reader(registries, one);
          assertThat(reader.referrers(subject.digest(), "want/this").orThrow()).hasSize(1);
          assertThat(reader.referrers(subject.digest(), "").orThrow()).hasSize(2);
          assertThat(reader.referrers(Digest.sha256(CONFIG), "other").orThrow()).isEmpty();
        }
    }
  }
}
