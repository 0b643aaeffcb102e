package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.ImageException;
import dev.theca.image.ImageReader;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Registries that lie, stall, lead astray and never end. */
@Timeout(120)
class RemoteHostileTest {
  private static final byte[] CONFIG = {'{', '}'};

  private interface Attack {
    void run(ImageReader reader, FakeRegistry at) throws Exception;
  }

  private static void against(FakeRegistry.Script script, Attack attack) throws Exception {
    against(FakeRegistry::settings, script, attack);
  }

  private static void against(
      Function<FakeRegistry, RemoteSettings> settings, FakeRegistry.Script script, Attack attack)
      throws Exception {
    try (var at = new FakeRegistry(script);
        var registries = new Registries(settings.apply(at))) {
      attack.run(registries.reader(Samples.ref(at, "demo/app:1")).orThrow(), at);
    }
  }

  private static String blob(ImageReader reader, long size) throws IOException {
    var descriptor =
        new dev.theca.image.Descriptor("", Digest.sha256(CONFIG), size, java.util.Map.of());
    try (var in = reader.blob(descriptor).orThrow().from(0)) {
      return in.readAllBytes().length + "";
    }
  }

  @Test
  void another_manifest_than_the_digest_names_is_refused() throws Exception {
    var other = Samples.manifest(CONFIG);
    against(
        (request, reply) -> reply.send(200, other.bytes()),
        (reader, at) ->
            assertThat(reader.document(Digest.sha256(CONFIG)).toString())
                .contains("image-manifest", Digest.sha256(CONFIG).toString()));
  }

  @Test
  void a_manifest_whose_claimed_digest_is_a_lie_is_refused() throws Exception {
    var manifest = Samples.manifest(CONFIG);
    against(
        (request, reply) ->
            reply.send(200, manifest.bytes(), "Docker-Content-Digest: " + Digest.sha256(CONFIG)),
        (reader, at) -> assertThat(reader.root().isGranted()).isFalse());
  }

  @Test
  void a_manifest_without_end_is_refused_after_four_mebibytes() throws Exception {
    against(
        (request, reply) -> {
          reply.head(200, -1);
          byte[] part = new byte[1 << 16];
          java.util.Arrays.fill(part, (byte) ' ');
          while (true) reply.out.write(part);
        },
        (reader, at) -> assertThat(reader.root().toString()).contains("at most 4194304 bytes"));
  }

  @Test
  void a_blob_without_end_gives_no_more_than_its_size() throws Exception {
    against(
        (request, reply) -> {
          reply.head(200, -1);
          while (true) reply.out.write(new byte[1 << 16]);
        },
        (reader, at) -> assertThat(blob(reader, 1_000_000)).isEqualTo("1000000"));
  }

  @Test
  void a_server_that_says_nothing_is_left_alone_after_the_limit() throws Exception {
    against(
        FakeRegistry::impatient,
        (request, reply) -> Retries.pause(java.time.Duration.ofSeconds(15)),
        (reader, at) ->
            assertThatThrownBy(reader::root)
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("no answer within"));
  }

  @Test
  void a_body_that_stalls_is_given_up_after_the_idle_limit() throws Exception {
    against(
        FakeRegistry::impatient,
        (request, reply) -> {
          reply.head(200, 1_000);
          reply.out.write(1);
          reply.out.flush();
          Retries.pause(java.time.Duration.ofSeconds(15));
        },
        (reader, at) ->
            assertThatThrownBy(() -> blob(reader, 1_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broke off at byte"));
  }

  @Test
  void a_manifest_that_trickles_is_given_up_though_it_never_stalls() throws Exception {
    against(
        FakeRegistry::impatient,
        (request, reply) -> {
          reply.head(200, 1_000_000);
          while (true) {
            reply.out.write(' ');
            reply.out.flush();
            Retries.pause(java.time.Duration.ofMillis(100));
          }
        },
        (reader, at) -> assertThatThrownBy(reader::root).isInstanceOf(ImageException.class));
  }

  @Test
  void a_byte_per_connection_is_not_taken_for_progress() throws Exception {
    var tries = new AtomicInteger();
    against(
        (request, reply) -> {
          tries.incrementAndGet();
          String range = request.field("range");
          long from = range.isEmpty() ? 0 : Long.parseLong(range.replaceAll("\\D*(\\d+)-.*", "$1"));
          reply.head(
              from == 0 ? 200 : 206,
              100_000 - from,
              "Content-Range: bytes " + from + "-99999/100000");
          reply.out.write(0);
          reply.out.flush();
          throw new FakeRegistry.HangUp();
        },
        (reader, at) -> {
          assertThatThrownBy(() -> blob(reader, 100_000)).isInstanceOf(IOException.class);
          assertThat(tries.get()).isLessThan(10);
        });
  }

  @Test
  void an_end_that_comes_too_early_stays_the_end() throws Exception {
    var tries = new AtomicInteger();
    against(
        (request, reply) -> {
          String range = request.field("range");
          long from = range.isEmpty() ? 0 : Long.parseLong(range.replaceAll("\\D*(\\d+)-.*", "$1"));
          tries.incrementAndGet();
          reply.head(from == 0 ? 200 : 206, 1, "Content-Range: bytes " + from + "-99999/100000");
          reply.out.write(0);
          reply.out.flush();
        },
        (reader, at) -> {
          byte[] block = new byte[1000];
          var descriptor =
              new dev.theca.image.Descriptor(
                  "", Digest.sha256(CONFIG), 100_000, java.util.Map.of());
          try (var in = reader.blob(descriptor).orThrow().from(0)) {
            int sum = 0;
            for (int reads = 0; reads < 1000; reads++) {
              int n = in.read(block);
              if (n > 0) sum += n;
            }
            assertThat(sum).isLessThan(10);
          }
          assertThat(tries.get()).isLessThan(10);
        });
  }

  @Test
  void a_packed_answer_is_refused_because_nobody_asked_for_one() throws Exception {
    against(
        (request, reply) -> reply.send(200, "x", "Content-Encoding: gzip"),
        (reader, at) ->
            assertThat(reader.root().toString()).contains("encoding", "image-registry-answer"));
  }

  @Test
  void fields_without_end_break_the_answer_and_not_the_client() throws Exception {
    against(
        (request, reply) -> {
          reply.out.write(
              "HTTP/1.1 200 OK\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
          byte[] field =
              ("X: " + "a".repeat(8_000) + "\r\n")
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
          while (true) reply.out.write(field);
        },
        (reader, at) -> assertThatThrownBy(reader::root).isInstanceOf(ImageException.class));
  }

  @Test
  void redirects_in_a_circle_end() throws Exception {
    against(
        (request, reply) -> reply.send(307, "", "Location: " + request.target()),
        (reader, at) -> {
          assertThat(reader.root().toString()).contains("redirects", "at most 5");
          assertThat(at.requests).hasSize(6);
        });
  }

  @Test
  void redirects_to_strange_places_are_not_followed() throws Exception {
    for (String to :
        new String[] {
          "http://127.0.0.1:1/x",
          "file:///etc/passwd",
          "http://user@127.0.0.1:1/",
          "http:///x",
          "a b"
        })
      against(
          (request, reply) -> reply.send(302, "", "Location: " + to),
          (reader, at) -> assertThat(reader.root().isGranted()).as(to).isFalse());
  }

  @Test
  void a_redirect_to_another_host_takes_no_credentials_along() throws Exception {
    var image = Samples.manifest(CONFIG);
    try (var storage = new FakeRegistry((request, reply) -> reply.send(200, image.bytes()));
        var at =
            new FakeRegistry(
                (request, reply) -> {
                  if (request.field("authorization").isEmpty())
                    reply.send(401, "{}", "WWW-Authenticate: Basic realm=\"x\"");
                  else reply.send(307, "", "Location: http://" + storage.host() + "/elsewhere");
                })) {
      var login =
          Credential.Login.of(
              "test", "user", dev.theca.wire.secret.Secret.moveFrom(new byte[] {'p', 'w'}));
      var settings =
          at.settings()
              .withInsecure(java.util.Set.of(at.host(), storage.host()))
              .withCredentials(Credentials.forHost(at.host(), login));
      try (var registries = new Registries(settings)) {
        var reader = registries.reader(Samples.ref(at, "demo/app:1")).orThrow();
        assertThat(reader.root().orThrow().digest()).isEqualTo(image.digest());
        assertThat(at.requests.get(1).field("authorization")).startsWith("Basic ");
        assertThat(storage.requests.getFirst().field("authorization")).isEmpty();
      }
    }
  }

  @Test
  void a_size_that_is_another_than_the_descriptors_is_noticed_by_small_blobs() throws Exception {
    against(
        (request, reply) -> reply.send(200, CONFIG),
        (reader, at) -> {
          var lie =
              new dev.theca.image.Descriptor("", Digest.sha256(CONFIG), 9, java.util.Map.of());
          assertThat(reader.small(lie, 100).toString()).contains("9 bytes");
          assertThat(reader.tagged("../../x").isGranted()).isFalse();
          assertThat(reader.document(Digest.sha256(CONFIG)).map(Optional::isPresent).isGranted())
              .isFalse();
        });
  }
}
