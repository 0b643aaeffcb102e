package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom credentials are shown to, and when. */
class RemoteAuthTest {
  private static final Document IMAGE = Samples.manifest(new byte[] {'{', '}'});
  private static final String LOGIN =
      "Basic " + Base64.getEncoder().encodeToString("user:word".getBytes(StandardCharsets.UTF_8));

  private static Credential login() {
    return Credential.Login.of("test entry", "user", secret("word"));
  }

  private static Secret secret(String text) {
    return Secret.moveFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A registry with its token server under one roof; tokens are numbered. */
  private static final class TokenRegistry implements FakeRegistry.Script {
    private final AtomicInteger issued = new AtomicInteger();
    private volatile String accepted = "";
    volatile String seconds = "300";
    volatile String realm = "";
    volatile String answer = "";

    @Override
    public void answer(FakeRegistry.Request request, FakeRegistry.Reply reply) throws IOException {
      if (request.path().equals("/token")) {
        int number = issued.incrementAndGet();
        accepted = "Bearer t" + number;
        reply.send(
            200,
            answer.isEmpty()
                ? "{\"token\":\"t" + number + "\",\"expires_in\":" + seconds + "}"
                : answer);
      } else if (request.field("authorization").equals(accepted) && !accepted.isEmpty()) {
        reply.send(200, IMAGE.bytes());
      } else {
        String to = realm.isEmpty() ? "http://" + request.field("host") + "/token" : realm;
        reply.send(
            401,
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who\\u0007?\"}]}",
            "WWW-Authenticate: Bearer realm=\""
                + to
                + "\",service=\"the service\",scope=\"repository:demo/app:pull\"");
      }
    }
  }

  private static Outcome<Document> pull(FakeRegistry at, RemoteSettings settings) {
    try (var registries = new Registries(settings)) {
      return registries.reader(Samples.ref(at, "demo/app:1")).orThrow().root();
    }
  }

  @Test
  void a_token_is_fetched_without_a_login_and_used_until_it_ends() throws Exception {
    var script = new TokenRegistry();
    var now = new AtomicReference<>(Instant.EPOCH);
    try (var at = new FakeRegistry(script);
        var registries = new Registries(at.settings().withClock(now::get))) {
      var reader = registries.reader(Samples.ref(at, "demo/app:1")).orThrow();
      assertThat(reader.root().isGranted()).isTrue();
      assertThat(reader.root().isGranted()).isTrue();
      assertThat(script.issued.get()).isEqualTo(1);
      assertThat(at.requests.get(1).target())
          .isEqualTo("/token?service=the%20service&scope=repository%3Ademo%2Fapp%3Apull");
      assertThat(at.requests.get(1).field("authorization")).isEmpty();
      now.set(Instant.EPOCH.plusSeconds(280)); // before the end, but not by much
      assertThat(reader.root().isGranted()).isTrue();
      assertThat(script.issued.get()).isEqualTo(2);
    }
  }

  @Test
  void a_token_that_is_taken_back_is_replaced_once() throws Exception {
    var script = new TokenRegistry();
    try (var at = new FakeRegistry(script);
        var registries = new Registries(at.settings())) {
      var reader = registries.reader(Samples.ref(at, "demo/app:1")).orThrow();
      assertThat(reader.root().isGranted()).isTrue();
      script.accepted = "";
      script.accepted = "Bearer nobody has this";
      assertThat(reader.root().isGranted()).isTrue();
      assertThat(script.issued.get()).isEqualTo(2);
    }
  }

  @Test
  void many_requests_at_once_fetch_one_token() throws Exception {
    var script = new TokenRegistry();
    try (var at = new FakeRegistry(script);
        var registries = new Registries(at.settings());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var reader = registries.reader(Samples.ref(at, "demo/app:1")).orThrow();
      var jobs = new java.util.ArrayList<java.util.concurrent.Future<Boolean>>();
      for (int i = 0; i < 20; i++) jobs.add(threads.submit(() -> reader.root().isGranted()));
      for (var job : jobs) assertThat(job.get()).isTrue();
      assertThat(script.issued.get()).isEqualTo(1);
    }
  }

  @Test
  void a_login_goes_to_the_token_server_and_the_registry_sees_the_token_only() throws Exception {
    try (var at = new FakeRegistry(new TokenRegistry())) {
      var settings = at.settings().withCredentials(Credentials.forHost(at.host(), login()));
      assertThat(pull(at, settings).isGranted()).isTrue();
      assertThat(at.requests.get(1).field("authorization")).isEqualTo(LOGIN);
      assertThat(at.requests.get(2).field("authorization")).isEqualTo("Bearer t1");
    }
  }

  @Test
  void an_identity_token_is_posted_to_the_token_server() throws Exception {
    try (var at = new FakeRegistry(new TokenRegistry())) {
      var identity = new Credential.IdentityToken("test entry", secret("ident+ity"));
      var settings = at.settings().withCredentials(Credentials.forHost(at.host(), identity));
      assertThat(pull(at, settings).isGranted()).isTrue();
      var request = at.requests.get(1);
      assertThat(request.method()).isEqualTo("POST");
      assertThat(new String(request.body(), StandardCharsets.UTF_8))
          .contains(
              "grant_type=refresh_token", "refresh_token=ident%2Bity", "service=the%20service");
    }
  }

  @Test
  void a_registry_token_is_shown_as_it_is() throws Exception {
    var script = new TokenRegistry();
    script.accepted = "Bearer straight";
    try (var at = new FakeRegistry(script)) {
      var token = new Credential.RegistryToken("test entry", secret("straight"));
      var settings = at.settings().withCredentials(Credentials.forHost(at.host(), token));
      assertThat(pull(at, settings).isGranted()).isTrue();
      assertThat(script.issued.get()).isZero();
    }
  }

  @Test
  void refused_credentials_are_named_and_never_shown() throws Exception {
    try (var at =
        new FakeRegistry(
            (request, reply) ->
                reply.send(
                    401,
                    "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"go\\u0007\"}]}",
                    "WWW-Authenticate: Basic realm=\"x\""))) {
      var settings = at.settings().withCredentials(Credentials.forHost(at.host(), login()));
      assertThat(pull(at, settings).toString())
          .contains("image-registry-denied", "with the credential test entry", "UNAUTHORIZED: go?")
          .doesNotContain("word", "dXNlc");
      assertThat(at.requests).hasSize(2);
      assertThat(pull(at, at.settings()).toString()).contains("without credentials", "log in");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "junk",
        "[]",
        "{}",
        "{\"token\":\"\"}",
        "{\"token\":\"a b\"}",
        "{\"token\":7}",
        "{\"token\":\"a\\r\\nX: y\"}",
        "{\"token\":\"a\",\"token\":\"b\"}"
      })
  void a_token_server_that_answers_junk_is_refused(String junk) throws Exception {
    var script = new TokenRegistry();
    script.answer = junk;
    try (var at = new FakeRegistry(script)) {
      assertThat(pull(at, at.settings()).toString())
          .contains("image-registry-answer", "token server");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ftp://x/", "file:///etc/passwd", "http://a@b/", "::", "https:///x", "/token"})
  void a_token_server_at_a_strange_place_is_not_asked(String realm) throws Exception {
    var script = new TokenRegistry();
    script.realm = realm.isEmpty() ? "nowhere" : realm;
    try (var at = new FakeRegistry(script)) {
      assertThat(pull(at, at.settings()).toString())
          .contains("image-registry-tls", "token server of the registry");
      assertThat(at.requests).hasSize(1);
    }
  }

  @Test
  void a_challenge_after_a_redirect_gets_no_answer() throws Exception {
    var script = new TokenRegistry();
    try (var thief = new FakeRegistry(script);
        var at =
            new FakeRegistry(
                (request, reply) ->
                    reply.send(307, "", "Location: http://" + thief.host() + "/v2/x"))) {
      var settings =
          at.settings()
              .withInsecure(java.util.Set.of(at.host(), thief.host()))
              .withCredentials(
                  (host, repository) -> Outcome.granted(java.util.Optional.of(login())));
      assertThat(pull(at, settings).toString()).contains("image-registry-denied");
      assertThat(thief.asked()).hasSize(1);
    }
  }

  @Test
  void blocked_names_are_not_asked_for() throws Exception {
    var settings =
        FakeRegistry.quick()
            .withRegistries(
                RegistriesConf.parse("[[registry]]\nprefix=\"example.test/bad\"\nblocked=true\n")
                    .orThrow());
    try (var registries = new Registries(settings)) {
      var ref = ImageRef.parse("example.test/bad/app:1").orThrow();
      assertThat(registries.reader(ref).toString()).contains("image-registry-blocked");
      assertThat(registries.writer(ref).toString()).contains("image-registry-blocked");
    }
  }
}
