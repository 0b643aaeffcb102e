package dev.theca.interop.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.ImageRef;
import dev.theca.kit.TinyServer;
import dev.theca.wire.Digest;
import dev.theca.wire.secret.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Places of detached signatures, and servers that mean it badly. */
class LookasideTest {
  private static final ImageRef REF = ImageRef.parse("r.example/ns/app:1").orThrow();
  private static final Digest DIGEST = Digest.sha256(new byte[0]);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, byte[]> pages = new HashMap<>();
  private int status = 200;
  private String supports = "1";
  private String asked = "";
  private TinyServer server;

  @BeforeEach
  void serve() throws Exception {
    server =
        new TinyServer(
            request -> {
              asked = request.headers().getOrDefault("Authorization", "");
              byte[] page = pages.get(request.path());
              return new TinyServer.Answer(
                  page == null ? 404 : status,
                  Map.of("X-Registry-Supports-Signatures", supports),
                  page == null ? new byte[0] : page);
            });
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private URI base() {
    return server.uri();
  }

  private SignatureExtension extension() {
    return new SignatureExtension(
        http,
        new SignatureExtension.Access() {
          @Override
          public URI base(ImageRef image) {
            return LookasideTest.this.base();
          }

          @Override
          public Optional<Secret> bearer(ImageRef image) {
            return Optional.of(Secret.moveFrom("token".getBytes(StandardCharsets.US_ASCII)));
          }
        });
  }

  private String page() {
    return "/extensions/v2/ns/app/signatures/" + DIGEST;
  }

  private void put(String path, String text) {
    pages.put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void signatures_are_read_until_one_is_missing_and_stored_under_the_next_number(@TempDir Path dir)
      throws Exception {
    String yaml = "docker:\n  r.example/ns:\n    lookaside: file://%s".formatted(dir);
    var lookaside = new Lookaside(RegistriesD.parse(List.of(yaml)).orThrow(), http);
    assertThat(lookaside.of(REF, DIGEST).orThrow()).isEmpty();
    lookaside.store(REF, DIGEST, new byte[] {1}).orThrow();
    var second = lookaside.store(REF, DIGEST, new byte[] {2}).orThrow();
    assertThat(second.getPath()).endsWith("/ns/app@sha256=" + DIGEST.hex() + "/signature-2");
    assertThat(lookaside.of(REF, DIGEST).orThrow()).containsExactly(new byte[] {1}, new byte[] {2});
    Files.write(Path.of(second), new byte[BcOpenPgp.MAX_MESSAGE + 1]);
    assertThat(lookaside.of(REF, DIGEST).toString()).contains("at most");
  }

  @Test
  void an_image_without_a_place_has_no_signatures() {
    var lookaside = new Lookaside(RegistriesD.parse(List.of()).orThrow(), http);
    assertThat(lookaside.of(REF, DIGEST).orThrow()).isEmpty();
    assertThat(lookaside.store(REF, DIGEST, new byte[1]).isGranted()).isFalse();
  }

  @Test
  void a_registrys_extension_gives_its_signatures_to_who_has_the_token() {
    put("/v2/", "{}");
    put(
        page(),
        """
        {"signatures":[{"schemaVersion":2,"name":"x@1","type":"atomic","content":"AQI="},
                       {"schemaVersion":3,"type":"later","content":"!"}]}""");
    assertThat(extension().of(REF, DIGEST).orThrow()).containsExactly(new byte[] {1, 2});
    assertThat(asked).isEqualTo("Bearer token");
  }

  @Test
  void a_registry_that_does_not_say_that_it_has_signatures_is_not_asked() {
    put("/v2/", "{}");
    put(
        page(),
        "{\"signatures\":[{\"schemaVersion\":2,\"type\":\"atomic\",\"content\":\"AQI=\"}]}");
    supports = "0";
    assertThat(extension().of(REF, DIGEST).orThrow()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"signatures\":[1]}",
        "{\"signatures\":[{\"schemaVersion\":2,\"type\":\"atomic\",\"content\":\"?\"}]}"
      })
  void an_extension_that_answers_nonsense_is_refused(String body) {
    put("/v2/", "{}");
    put(page(), body);
    assertThat(extension().of(REF, DIGEST).isGranted()).isFalse();
  }

  @Test
  void a_server_that_forbids_or_floods_is_refused() {
    pages.put("/x", new byte[100]);
    assertThat(Fetch.get(http, URI.create(base() + "/x"), 99).toString()).contains("at most 99");
    status = 403;
    assertThat(Fetch.get(http, URI.create(base() + "/x"), 100).toString()).contains("403");
    assertThat(Fetch.get(http, URI.create(base() + "/y"), 100).orThrow()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "?",
        "docker: [",
        "dokcer: {}",
        "docker: 1",
        "docker:\n  a.b: 1",
        "docker:\n  a.b:\n    lookaside: http://x.example",
        "docker:\n  a.b:\n    lookaside: ftp://x.example",
        "docker:\n  a.b:\n    lookaside: file://host/x",
        "docker:\n  a.b:\n    lookaside: https://x.example/?q=1",
        "docker:\n  a.b:\n    lookasid: https://x.example",
        "docker:\n  a.b:\n    lookaside: https://x.example\n    sigstore: https://y.example",
        "docker:\n  a.b:\n    lookaside: https://x.example\n  a.b:\n    lookaside: https://x.example",
        "a: &a [x]\nb: [*a, *a]",
      })
  void a_registries_d_that_is_only_half_understood_is_none(String yaml) {
    assertThat(RegistriesD.parse(List.of(yaml)).isGranted()).isFalse();
  }

  @Test
  void two_files_may_repeat_but_not_contradict_each_other() {
    String one = "default-docker:\n  lookaside: https://x.example";
    String same = "default-docker:\n  sigstore: https://x.example/";
    String other = "default-docker:\n  lookaside: https://y.example";
    assertThat(RegistriesD.parse(List.of(one, same)).isGranted()).isTrue();
    assertThat(RegistriesD.parse(List.of(one, other)).isGranted()).isFalse();
  }
}
