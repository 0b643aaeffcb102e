package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lies about sessions, nonces and keys, on each store. */
abstract class SessionAttackContract {
  private static Provisioning platform;

  @TempDir Path folder;
  private Running broker;

  /** Adds the store. */
  abstract Scene on(Scene scene);

  @BeforeAll
  static void platform() throws IOException {
    platform = new Provisioning(Knobs.good());
  }

  @AfterAll
  static void gone() {
    platform.close();
  }

  @BeforeEach
  void start() throws IOException {
    broker = on(new Scene(folder, platform)).provisioned();
  }

  @AfterEach
  void end() {
    broker.close();
  }

  private static void refused(HttpResponse<String> answer, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    assertThat(Running.code(answer)).as(answer.body()).isEqualTo(code);
  }

  @Test
  void a_nonce_that_was_answered_is_good_for_no_second_attestation() {
    var guest = new Guest(platform);
    var challenged = Guest.auth(broker);
    Scene.done(guest.attest(broker, challenged));
    var thief = new Guest(platform);
    refused(thief.attest(broker, challenged), "session-attested");
    // the same bytes again are a client that lost the answer: the same token, for the same key
    assertThat(guest.opened(Guest.get(broker, challenged.cookie(), "default/key/one")))
        .isEqualTo(Scene.SECRET);
  }

  @Test
  void evidence_of_one_session_is_stale_in_another() {
    var guest = new Guest(platform);
    var first = Guest.auth(broker);
    var second = Guest.auth(broker);
    assertThat(first.nonce()).isNotEqualTo(second.nonce());
    refused(Guest.attest(broker, second.cookie(), guest.evidence(first)), "nonce-stale");
    guest.enclave.nonceInReport = first.nonce();
    refused(guest.attest(broker, second), "binding-report-data");
  }

  @Test
  void evidence_bound_to_one_key_is_nothing_for_another() {
    var guest = new Guest(platform);
    var challenged = Guest.auth(broker);
    var honest = guest.evidence(challenged);
    var thief = Jwk.generate("P-256");
    var body =
        JsonObject.builder()
            .put(
                "runtime-data",
                JsonObject.builder()
                    .put("nonce", challenged.nonce())
                    .put("tee-pubkey", thief.publicJson())
                    .build())
            .put("tee-evidence", honest.object("tee-evidence").orElseThrow())
            .build();
    refused(Guest.attest(broker, challenged.cookie(), body), "binding-report-data");
  }

  @Test
  void whoever_steals_a_cookie_gets_what_only_the_sessions_key_opens() {
    var guest = new Guest(platform);
    var challenged = Guest.auth(broker);
    Scene.done(guest.attest(broker, challenged));
    var answer = Guest.get(broker, challenged.cookie(), "default/key/one");
    var thief = Jwk.generate("P-256");
    assertThat(Jwe.open(Running.json(answer), thief).isGranted()).isFalse();
    // a token of one's own beside a stolen cookie changes nothing: the session's key it is
    var other = new Guest(platform, thief);
    String token = other.token(broker);
    var both =
        broker.http(
            "GET",
            "/kbs/v0/resource/default/key/one",
            List.of("Cookie", challenged.cookie(), "Authorization", "Bearer " + token));
    assertThat(guest.opened(both)).isEqualTo(Scene.SECRET);
  }

  @Test
  void a_cookie_that_was_changed_in_any_character_is_none() {
    var guest = new Guest(platform);
    var challenged = Guest.auth(broker);
    Scene.done(guest.attest(broker, challenged));
    String value = challenged.cookie();
    int start = value.indexOf('=') + 1;
    for (int i = start; i < value.length(); i += 3) {
      // the neighbour in base64url differs in the last bits alone
      char other = neighbour(value.charAt(i));
      String changed = value.substring(0, i) + other + value.substring(i + 1);
      assertThat(Guest.get(broker, changed, "default/key/one").statusCode())
          .as(changed)
          .isEqualTo(401);
    }
  }

  private static char neighbour(char c) {
    String all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return all.charAt(all.indexOf(c) ^ 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kbs-session-id=",
        "kbs-session-id=;;;",
        "kbs-session-id=\u007f",
        "kbs-session-id==",
        "kbs-session-id=AQAAAAEAAAAA",
        "KBS-SESSION-ID=x"
      })
  void a_cookie_that_nobody_made_is_answered_like_none(String cookie) {
    var answer = broker.rawGet("/kbs/v0/resource/default/key/one", "Cookie: " + cookie);
    assertThat(answer).startsWith("HTTP/1.1 4");
    assertThat(answer).doesNotContain(" 404 ").doesNotContain(" 500 ");
  }

  @Test
  void of_many_answers_to_one_challenge_one_wins() throws Exception {
    var challenged = Guest.auth(broker);
    var crowd = new ArrayList<Callable<HttpResponse<String>>>();
    for (int i = 0; i < 8; i++) {
      var guest = new Guest(platform);
      crowd.add(() -> guest.attest(broker, challenged));
    }
    Set<Integer> codes;
    List<HttpResponse<String>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(crowd)) answers.add(done.get());
    }
    codes = answers.stream().map(HttpResponse::statusCode).collect(Collectors.toSet());
    assertThat(answers.stream().filter(a -> a.statusCode() == 200).count())
        .as(answers.stream().map(HttpResponse::body).toList() + "")
        .isOne();
    assertThat(codes).containsExactlyInAnyOrder(200, 401);
  }

  @Test
  void a_challenge_bears_three_lies_and_no_fourth() {
    var guest = new Guest(platform);
    var challenged = Guest.auth(broker);
    guest.enclave.nonceInReport = "b3RoZXI=";
    for (int i = 0; i < 3; i++) refused(guest.attest(broker, challenged), "binding-report-data");
    guest.enclave.nonceInReport = "";
    refused(guest.attest(broker, challenged), "nonce-spent");
  }

  @Test
  void a_session_that_is_not_attested_gets_nothing() {
    var challenged = Guest.auth(broker);
    refused(Guest.get(broker, challenged.cookie(), "default/key/one"), "token-missing");
  }

  @Test
  void a_restart_forgets_neither_sessions_nor_what_was_spent() throws IOException {
    var guest = new Guest(platform);
    var attested = Guest.auth(broker);
    Scene.done(guest.attest(broker, attested));
    var liar = new Guest(platform);
    var spent = Guest.auth(broker);
    liar.enclave.nonceInReport = "b3RoZXI=";
    for (int i = 0; i < 3; i++) {
      var unused = liar.attest(broker, spent);
    }
    String config = broker.config;
    broker.close();
    broker = new Running(config);
    refused(new Guest(platform).attest(broker, attested), "session-attested");
    refused(new Guest(platform).attest(broker, spent), "nonce-spent");
    assertThat(guest.opened(Guest.get(broker, attested.cookie(), "default/key/one")))
        .isEqualTo(Scene.SECRET);
  }

  @Test
  void init_data_that_was_not_measured_is_refused_even_where_nothing_reads_it() {
    var guest = new Guest(platform);
    guest.enclave.initData = "version = \"0.1.0\"\nalgorithm = \"sha256\"\n[data]\n\"a\" = \"b\"\n";
    guest.enclave.initDataInReport = guest.enclave.initData + "# another\n";
    refused(guest.attest(broker, Guest.auth(broker)), "binding-init-data");
    assertThat(Json.text(Running.json(Guest.hello(broker)))).contains("nonce");
  }
}
