package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.image.ImageRef;
import dev.theca.wire.secret.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** registries.conf, auth.json, proxies, challenges: what users and hosts write. */
class SettingsTest {
  private static String places(String toml, String name) {
    return RegistriesConf.parse(toml)
        .then(conf -> conf.pull(ImageRef.parse(name).orThrow()))
        .map(
            places ->
                String.join(
                    " ", places.stream().map(p -> p.ref() + (p.insecure() ? "!" : "")).toList()))
        .orThrow();
  }

  private static AuthFile auth(String json) {
    return AuthFile.parse(Secret.moveFrom(json.getBytes(StandardCharsets.UTF_8)), "test.json")
        .orThrow();
  }

  private static String entry(String user) {
    return "{\"auth\":\""
        + Base64.getEncoder().encodeToString((user + ":word\n").getBytes(StandardCharsets.UTF_8))
        + "\"}";
  }

  private static String found(AuthFile file, String host, String repository) {
    return file.of(host, repository)
        .orThrow()
        .map(
            c ->
                switch (c) {
                  case Credential.Login(_, var both) ->
                      both.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
                  case Credential.IdentityToken(_, var t) ->
                      "identity " + t.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
                  case Credential.RegistryToken(_, var t) ->
                      "registry " + t.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
                })
        .orElse("none");
  }

  @Test
  void the_recorded_configuration_of_confidential_containers_means_what_it_says() throws Exception {
    Path file =
        Path.of(Optional.ofNullable(System.getenv("THECA_SHARED")).orElse("../shared"))
            .resolve(
                "testdata/coco/guest-components/image-rs/test_data/registry-configuration.toml");
    assumeTrue(Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    String toml = Files.readString(file);
    assertThat(places(toml, "mirror-test.com/a/b:1"))
        .isEqualTo("127.0.0.1:5000/a/b:1! mirror-test.com/a/b:1");
    assertThat(places(toml, "remapping-test.com/a:1")).isEqualTo("127.0.0.1:5000/a:1!");
    assertThat(places(toml, "127.0.0.1:5000/a:1")).isEqualTo("127.0.0.1:5000/a:1!");
    assertThat(places(toml, "quay.io/a:1")).isEqualTo("quay.io/a:1");
    assertThat(places(toml, "example.com/bannedly/a:1")).isEqualTo("example.com/bannedly/a:1");
    assertThatThrownBy(() -> places(toml, "example.com/banned/a:1"))
        .hasMessageContaining("image-registry-blocked");
    assertThat(RegistriesConf.read(file).orThrow().shortName("busybox").orThrow().toString())
        .isEqualTo("[docker.io/library/busybox:latest, example1.com/busybox:latest]");
  }

  @ParameterizedTest
  @CsvSource({
    "a.test, a.test/x:1, m.test/x:1",
    "a.test, a.test:5000/x:1, a.test:5000/x:1",
    "a.test, xa.test/x:1, xa.test/x:1",
    "a.test/x, a.test/x:1, m.test:1",
    "a.test/x, a.test/xy:1, a.test/xy:1",
    "a.test/x, q.test/a.test/x:1, q.test/a.test/x:1",
    "*.a.test, b.a.test/x:1, m.test/x:1",
    "*.a.test, c.b.a.test/x:1, m.test/x:1",
    "*.a.test, a.test/x:1, a.test/x:1",
    "*.a.test, b.a.test.evil/x:1, b.a.test.evil/x:1",
    "*.a.test, evil.test/b.a.test/x:1, evil.test/b.a.test/x:1"
  })
  void a_prefix_matches_from_the_start_and_ends_where_a_name_part_ends(
      String prefix, String name, String place) {
    String location = place.equals("m.test:1") ? "m.test/y" : "m.test";
    String wanted = place.equals("m.test:1") ? "m.test/y:1" : place;
    assertThat(
            places(
                "[[registry]]\nprefix=\"" + prefix + "\"\nlocation=\"" + location + "\"\n", name))
        .isEqualTo(wanted);
  }

  @Test
  void the_longest_prefix_decides_and_mirrors_serve_what_they_are_for() {
    String toml =
        """
        [[registry]]
        location = "a.test"
        blocked = true
        [[registry]]
        location = "a.test/team"
        [[registry.mirror]]
        location = "d.test/team"
        pull-from-mirror = "digest-only"
        [[registry.mirror]]
        location = "t.test/team"
        pull-from-mirror = "tag-only"
        """;
    assertThat(places(toml, "a.test/team/x:1")).isEqualTo("t.test/team/x:1 a.test/team/x:1");
    String digest = "@sha256:" + "ab".repeat(32);
    assertThat(places(toml, "a.test/team/x" + digest))
        .isEqualTo("d.test/team/x" + digest + " a.test/team/x" + digest);
    String only =
        "[[registry]]\nlocation=\"a.test\"\nmirror-by-digest-only=true\n"
            + "[[registry.mirror]]\nlocation=\"d.test\"\n";
    assertThat(places(only, "a.test/x:1")).isEqualTo("a.test/x:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x = 1",
        "[registries.search]\nregistries = []",
        "[[registry]]\ninsecure = true",
        "[[registry]]\nlocation = \"https://a.test\"",
        "[[registry]]\nlocation = \"a.test\"\nblocked = \"yes\"",
        "[[registry]]\nlocation = \"a.test\"\nblock = true",
        "[[registry]]\nlocation = \"a.test\"\n[[registry]]\nprefix = \"a.test\"",
        "[[registry]]\nlocation = \"a.test\"\n[[registry.mirror]]\ninsecure = true",
        "[[registry]]\nlocation = \"a.test\"\n[[registry.mirror]]\nlocation=\"b.test\"\npull-from-mirror=\"x\"",
        "[[registry]]\nlocation=\"a.test\"\nmirror-by-digest-only=true\n[[registry.mirror]]\nlocation=\"b.test\"\npull-from-mirror=\"all\"",
        "[[registry]]\nprefix = \"*a.test\"\nlocation = \"b.test\"",
        "unqualified-search-registries = \"a.test\"",
        "unqualified-search-registries = [\"a b\"]",
        "registry = 7",
        "[aliases]\na = 7",
        "[["
      })
  void a_configuration_that_makes_no_sense_is_refused(String toml) {
    assertThat(RegistriesConf.parse(toml).isGranted()).as(toml).isFalse();
  }

  @Test
  void what_has_no_effect_here_is_reported_and_aliases_have_one() {
    var conf =
        RegistriesConf.parse("short-name-mode = \"enforcing\"\n[aliases]\nfedora = \"r.test/f\"\n")
            .orThrow();
    assertThat(conf.warnings()).hasSize(1);
    assertThat(conf.shortName("fedora:42").orThrow().toString()).isEqualTo("[r.test/f:42]");
    assertThat(conf.shortName("other").isGranted()).isFalse();
  }

  @Test
  void credentials_are_looked_up_from_the_repository_to_the_host() {
    try (var file =
        auth(
            "{\"auths\":{\"quay.io/org/app\":"
                + entry("app")
                + ",\"quay.io/org\":"
                + entry("org")
                + ",\"other.test\":"
                + entry("host")
                + ",\"https://old.test/v1/\":"
                + entry("old")
                + ",\"https://index.docker.io/v1/\":"
                + entry("hub")
                + ",\"id.test\":{\"auth\":\"dTo=\",\"identitytoken\":\"it\"},"
                + "\"rt.test\":{\"registrytoken\":\"rt\"},\"left.test\":{}}}")) {
      assertThat(found(file, "quay.io", "org/app")).isEqualTo("app:word");
      assertThat(found(file, "quay.io", "org/other/deep")).isEqualTo("org:word");
      assertThat(found(file, "quay.io", "else/app")).isEqualTo("none");
      assertThat(found(file, "other.test", "a/b")).isEqualTo("host:word");
      assertThat(found(file, "old.test", "a/b")).isEqualTo("old:word");
      assertThat(found(file, "docker.io", "library/busybox")).isEqualTo("hub:word");
      assertThat(found(file, "id.test", "x")).isEqualTo("identity it");
      assertThat(found(file, "rt.test", "x")).isEqualTo("registry rt");
      assertThat(found(file, "left.test", "x")).isEqualTo("none");
      assertThat(file.toString()).doesNotContain("word").contains("quay.io/org");
    }
  }

  @Test
  void a_helper_is_not_started_unless_that_was_allowed() {
    try (var file =
        auth("{\"credHelpers\":{\"gcr.test\":\"theca-test-absent\",\"x.test\":\"../evil\"}}")) {
      assertThat(file.of("other.test", "x").isGranted()).isTrue();
      assertThat(file.of("gcr.test", "x").toString())
          .contains("image-credential-helper", "docker-credential-theca-test-absent");
      var allowed = file.allowCredentialHelpers();
      assertThat(allowed.of("gcr.test", "x").toString()).contains("not to be started");
      assertThat(allowed.of("x.test", "x").toString()).contains("a strange name");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"auths\":{\"a\":7}}",
        "{\"auths\":{\"a\":{\"auth\":\"***\"}}}",
        "{\"auths\":{\"a\":{\"auth\":\"bm9jb2xvbg==\"}}}",
        "{\"auths\":{},\"auths\":{}}"
      })
  void an_auth_file_that_cannot_be_read_is_refused_without_its_words(String json) {
    var read = AuthFile.parse(Secret.moveFrom(json.getBytes(StandardCharsets.UTF_8)), "test.json");
    assertThat(read.toString()).contains("bad-auth-file").doesNotContain("bm9j", "nocolon");
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.test/, true", "https://127.0.0.1:5000/, false", "https://localhost/, false",
    "https://in.corp.test/, false", "https://corp.test/, false", "https://xcorp.test/, true",
    "https://10.1.2.3/, false", "https://11.1.2.3/, true", "https://p.test:8443/, false",
    "https://p.test/, true", "http://a.test/, true"
  })
  void proxies_are_left_out_where_no_proxy_says_so(String uri, boolean proxied) {
    var proxies =
        Proxies.fromEnvironment(
                Map.of(
                    "HTTPS_PROXY", "proxy.test:3128",
                    "http_proxy", "http://proxy.test",
                    "NO_PROXY", "corp.test, 10.0.0.0/8,p.test:8443"))
            .orThrow();
    assertThat(proxies.of(URI.create(uri)).isPresent()).isEqualTo(proxied);
  }

  @Test
  void a_proxy_that_speaks_tls_or_nonsense_is_refused_without_its_password() {
    for (String text : List.of("https://u:secret@p.test", "socks5://p.test", "http://u:secret@:x"))
      assertThat(Proxies.Server.parse(text).toString())
          .contains("image-proxy")
          .doesNotContain("secret");
  }

  @Test
  void challenges_are_read_in_every_form_of_the_rfc() {
    var read =
        Challenge.parse(
            List.of(
                "Basic realm=\"a, \\\"b\\\"\", Bearer realm=\"https://t/\" , service = s,scope=\"x:y\"",
                "Negotiate, Digest abc==, Basic"));
    assertThat(read.get(0).parameter("realm")).isEqualTo("a, \"b\"");
    assertThat(read.get(1).parameters())
        .containsEntry("service", "s")
        .containsEntry("scope", "x:y")
        .containsEntry("realm", "https://t/");
    assertThat(read.get(2).scheme()).isEqualTo("negotiate");
    assertThat(Challenge.parse(List.of("x".repeat(100_000)))).isEmpty();
  }
}
