package dev.theca.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.remote.Credential;
import dev.theca.image.remote.Credentials;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.remote.Trust;
import dev.theca.kit.HostileRegistry;
import dev.theca.kit.Reply;
import dev.theca.kit.TestAuthority;
import dev.theca.kit.Tricks;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry behind TLS and a password that sends its client elsewhere; others listen there. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(120)
class RedirectTricksTest {
  private static final String PASSWORD = "correct-horse";
  private static final String LOGIN =
      Base64.getEncoder().encodeToString(("web:" + PASSWORD).getBytes(StandardCharsets.US_ASCII));

  @Parameter Way way;
  @TempDir Path folder;
  private final TestAuthority authority = new TestAuthority("owner");
  private final Secret password = Secret.moveFrom(PASSWORD.getBytes(StandardCharsets.US_ASCII));
  private HostileRegistry others;
  private HostileRegistry othersPlain;
  private Siege siege;

  @BeforeEach
  void begin() throws Exception {
    others = HostileRegistry.startTls(authority.server());
    othersPlain = HostileRegistry.start();
    var registry = HostileRegistry.startTls(authority.server());
    RemoteSettings settings =
        Siege.settings()
            .withTrust(Trust.STANDARD.withOnly(authority.pem()))
            .withCredentials(
                Credentials.forHost(
                    registry.address(), Credential.Login.of("test", "web", password)));
    siege = new Siege(way, folder, registry, settings);
    registry.when(
        seen -> !seen.field("authorization").orElse("").equals("Basic " + LOGIN),
        Tricks.unauthorized("Basic realm=\"here\""));
  }

  @AfterEach
  void end() throws Exception {
    siege.close();
    others.close();
    othersPlain.close();
    password.close();
  }

  /** For all who show the password; others are asked for it first. */
  private void leads(String location) {
    siege.registry.when(
        seen -> seen.target().matches(Siege.path(siege.lower)) && seen.mentions(LOGIN),
        Tricks.redirect(307, location));
  }

  private String lower() {
    return "/v2/" + Siege.REPOSITORY + "/blobs/" + siege.lower.descriptor().digest();
  }

  @Test
  void the_password_is_shown_to_the_registry_it_is_for() {
    siege.pull().is("granted");
    assertThat(siege.registry.heard(LOGIN)).isTrue();
  }

  @Test
  void another_host_gives_the_layer_and_hears_no_password() {
    others.image(Siege.REPOSITORY, "1", siege.image);
    leads(others.url(lower()));
    siege.pull().is("granted");
    assertThat(others.requests("GET", ".*")).isNotEmpty();
    assertThat(others.heard(LOGIN)).isFalse();
  }

  @Test
  void another_host_that_asks_for_the_password_does_not_get_it() {
    others.when("*", ".*", Tricks.unauthorized("Basic realm=\"here\""));
    leads(others.url(lower()));
    siege.pull().is("fault: image-registry-denied");
    assertThat(others.heard(LOGIN)).isFalse();
  }

  @Test
  void another_host_with_another_layer_is_not_believed() {
    others
        .content()
        .blob(Siege.REPOSITORY, siege.lower.descriptor().digest().toString(), siege.upper.stored());
    leads(others.url(lower()));
    siege.pull().is("image-layer");
  }

  @Test
  void redirects_in_a_circle_end() {
    siege.registry.when(
        seen -> seen.target().matches(Siege.path(siege.lower) + ".*") && seen.mentions(LOGIN),
        Tricks.redirectLoop());
    siege.pull().is("fault: image-registry-answer").saying("redirects");
    assertThat(siege.registry.requests("GET", ".*again=.*")).hasSizeLessThan(30);
  }

  @Test
  void tls_is_not_left_for_plain_text() {
    leads(othersPlain.url(lower()));
    siege.pull().is("fault: image-registry-tls");
    assertThat(othersPlain.requests()).isEmpty();
  }

  @org.junit.jupiter.params.ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "jar:file:/x!/y",
        "ftp://127.0.0.1/x",
        "https://user:word@127.0.0.1/x",
        "https:///x"
      })
  void places_that_are_no_web_servers_are_not_gone_to(String location) {
    leads(location);
    siege.pull().is("fault: image-registry-tls");
  }

  @org.junit.jupiter.params.ParameterizedTest
  @ValueSource(strings = {"", "https://[::1", "http://\u0001"})
  void a_redirect_to_no_address_at_all_is_refused(String location) {
    leads(location);
    siege.pull().is("fault: image-registry-answer");
  }

  @Test
  void the_manifest_may_not_lead_to_plain_text_either() {
    siege.registry.when(
        seen -> seen.target().matches(".*/manifests/1") && seen.mentions(LOGIN),
        Tricks.redirect(301, othersPlain.url("/v2/shop/web/manifests/1")));
    siege.pull().is("image-registry-tls");
    assertThat(othersPlain.requests()).isEmpty();
  }

  @Test
  void a_token_server_in_plain_text_hears_no_password() {
    siege.registry.when(
        "*",
        ".*",
        Tricks.unauthorized("Bearer realm=\"" + othersPlain.url("/token") + "\",service=\"x\""));
    siege.pull().is("image-registry-tls").saying("token server");
    assertThat(othersPlain.requests()).isEmpty();
  }

  @Test
  void a_token_that_breaks_lines_is_refused() {
    others.when(
        "GET", "/token.*", Tricks.answer(Reply.of(200, "{\"token\":\"a\\r\\nX-Evil: 1\"}")));
    siege.registry.when(
        "*",
        ".*",
        Tricks.unauthorized("Bearer realm=\"" + others.url("/token") + "\",service=\"x\""));
    siege.pull().is("image-registry-answer");
    assertThat(siege.registry.heard("Evil")).isFalse();
  }

  @Test
  void asking_for_the_password_for_ever_ends() {
    siege.registry.when("*", ".*", Tricks.unauthorized("Basic realm=\"here\""));
    siege.pull().is("image-registry-denied").saying("log in");
    assertThat(siege.registry.requests()).hasSizeLessThan(100);
  }

  @Test
  void a_host_with_a_certificate_of_its_own_is_asked_for_nothing() throws Exception {
    try (var foreign = HostileRegistry.startTls(new TestAuthority("foreign").server())) {
      leads(foreign.url(lower()));
      siege.pull().is("fault: image-registry-tls").saying("certificate");
      assertThat(foreign.requests()).isEmpty();
    }
  }
}
