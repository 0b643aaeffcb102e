package dev.theca.broker.kbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The lives of sessions and tokens, and what they open. */
class KbsServiceTest extends KbsBed {
  @Test
  void an_attested_session_opens_a_resource_for_its_key() {
    var challenge = challenge();
    assertThat(Base64.getDecoder().decode(challenge.nonce())).hasSize(32);
    var attested = attest(router, challenge);
    assertThat(attested.status()).isEqualTo(200);
    assertThat(cookie(attested)).isEqualTo(challenge.cookie());
    assertThat(opened(send(router, "GET", ONE, new byte[0], challenge.cookie()), key))
        .isEqualTo("the key");
    assertThat(wings.trail.events)
        .anyMatch(e -> e.kind().equals("attest") && e.outcome().equals("granted"))
        .anyMatch(
            e ->
                e.kind().equals("release")
                    && e.actor().equals("attested:sgx:ab")
                    && e.tenant().equals("default"));
  }

  @Test
  void each_step_may_go_to_another_replica() {
    var other = replica();
    var challenge = challenge();
    assertThat(attest(other, challenge).status()).isEqualTo(200);
    assertThat(opened(send(replica(), "GET", ONE, new byte[0], challenge.cookie()), key))
        .isEqualTo("the key");
  }

  @Test
  void a_token_works_without_the_session_and_the_session_before_a_token() {
    var challenge = challenge();
    String token = json(attest(router, challenge)).string("token").orElseThrow();
    assertThat(opened(router.handle(request("GET", ONE, new byte[0], "", token)), key))
        .isEqualTo("the key");
    var both = router.handle(request("GET", ONE, new byte[0], challenge.cookie(), "rubbish"));
    assertThat(both.status()).isEqualTo(200);
    var bad = router.handle(request("GET", ONE, new byte[0], "rubbish", "rubbish"));
    assertThat(bad.status()).isEqualTo(401);
    assertThat(json(bad).string("type").orElse("")).endsWith("/TokenVerifierError");
    assertThat(wings.trail.kept.get(json(bad).string("id").orElseThrow()))
        .as("a decision")
        .isNotEmpty();
    assertThat(wings.trail.events.getLast())
        .extracting(Event::kind, Event::outcome, Event::tenant)
        .containsExactly("release", "refused", "default");
  }

  @Test
  void a_challenge_leaves_nothing_in_the_store() {
    for (int i = 0; i < 500; i++) challenge();
    long rows =
        database.read(
            sql -> sql.one("SELECT count(*) FROM session", row -> row.number(1)).orElseThrow());
    assertThat(rows).isZero();
  }

  @Test
  void two_challenges_have_nothing_in_common() {
    var one = challenge();
    var two = challenge();
    assertThat(one.nonce()).isNotEqualTo(two.nonce());
    assertThat(one.cookie()).isNotEqualTo(two.cookie());
  }

  @Test
  void the_nonce_of_another_session_is_stale() {
    var mine = challenge();
    var theirs = challenge();
    var answer = attest(router, new Challenged(mine.cookie(), theirs.nonce()));
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).object("refusal").orElseThrow().string("code")).contains("nonce-stale");
    assertThat(json(answer).string("id")).isPresent();
  }

  @Test
  void a_cookie_with_any_other_bit_is_none_of_ours() {
    var challenge = challenge();
    byte[] raw = Base64.getUrlDecoder().decode(challenge.cookie());
    for (int i = 0; i < raw.length; i++) {
      byte[] changed = raw.clone();
      changed[i] ^= 1;
      String cookie = Base64.getUrlEncoder().withoutPadding().encodeToString(changed);
      var answer = attest(router, new Challenged(cookie, challenge.nonce()));
      assertThat(answer.status()).as("byte " + i).isEqualTo(401);
      assertThat(json(answer).object("refusal").orElseThrow().string("code"))
          .contains("session-unknown");
      assertThat(json(answer).string("id")).isPresent();
    }
  }

  @Test
  void after_its_time_a_session_is_none() {
    var challenge = challenge();
    attest(router, challenge);
    var late = challenge();
    wings.now = wings.now.plusSeconds(301);
    assertThat(send(router, "GET", ONE, new byte[0], challenge.cookie()).status()).isEqualTo(401);
    assertThat(attest(router, late).status()).isEqualTo(401);
  }

  @Test
  void three_failures_spend_a_nonce() {
    var challenge = challenge();
    wings.believes = false;
    for (int i = 0; i < 3; i++) {
      var answer = attest(router, challenge);
      assertThat(json(answer).object("refusal").orElseThrow().string("code"))
          .contains("evidence-forged");
    }
    wings.believes = true;
    var spent = attest(router, challenge);
    assertThat(spent.status()).isEqualTo(401);
    assertThat(json(spent).object("refusal").orElseThrow().string("code")).contains("nonce-spent");
    assertThat(send(router, "GET", ONE, new byte[0], challenge.cookie()).status()).isEqualTo(401);
  }

  @Test
  void a_repeated_answer_gets_the_same_token_and_another_one_gets_none() {
    var challenge = challenge();
    var first = attest(router, challenge);
    wings.now = wings.now.plusSeconds(10);
    assertThat(attest(router, challenge).body()).isEqualTo(first.body());
    var other = attestation(challenge.nonce(), Jwk.generate("P-256").publicJson(), "");
    var answer = send(router, "POST", "/kbs/v0/attest", Json.write(other), challenge.cookie());
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).object("refusal").orElseThrow().string("code"))
        .contains("session-attested");
  }

  @Test
  void of_many_answers_at_once_one_attests_the_session() throws Exception {
    var challenge = challenge();
    var keys = new ArrayList<Jwk>();
    var tasks = new ArrayList<Callable<Answer>>();
    for (int i = 0; i < 8; i++) {
      var mine = Jwk.generate("P-256");
      keys.add(mine);
      byte[] body = Json.write(attestation(challenge.nonce(), mine.publicJson(), ""));
      tasks.add(() -> send(router, "POST", "/kbs/v0/attest", body, challenge.cookie()));
    }
    int granted = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(tasks)) if (answer.get().status() == 200) granted++;
    }
    assertThat(granted).isEqualTo(1);
  }

  @Test
  void what_the_policy_does_not_open_stays_shut_with_a_reason() {
    var challenge = challenge();
    attest(router, challenge);
    wings.allows = false;
    var answer = send(router, "GET", ONE, new byte[0], challenge.cookie());
    assertThat(answer.status()).isEqualTo(403);
    assertThat(json(answer).string("type").orElse("")).endsWith("/PolicyDeny");
    assertThat(wings.trail.kept).containsKey(json(answer).string("id").orElseThrow());
  }

  @Test
  void what_is_missing_is_told_so_only_to_those_whom_the_policy_lets() {
    var challenge = challenge();
    attest(router, challenge);
    String path = "/kbs/v0/resource/default/key/none";
    var missing = send(router, "GET", path, new byte[0], challenge.cookie());
    assertThat(missing.status()).isEqualTo(404);
    assertThat(send(router, "GET", path, new byte[0], "").status()).isEqualTo(401);
    wings.allows = false;
    assertThat(send(router, "GET", path, new byte[0], challenge.cookie()).status()).isEqualTo(403);
  }

  @Test
  void without_a_session_the_answer_is_the_one_that_begins_a_handshake() {
    for (String cookie : List.of("", "x", challenge().cookie())) {
      var answer = send(router, "GET", ONE, new byte[0], cookie);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(json(answer).string("type").orElse("")).endsWith("/TokenNotFound");
      assertThat(json(answer).string("detail").orElse(""))
          .startsWith("Attestation Token not found");
    }
  }

  @Test
  void administrators_are_told_whether_they_are_unknown_or_missing() {
    assertThat(router.handle(request("POST", ONE, new byte[1], "", "admin")).status())
        .isEqualTo(200);
    var none = router.handle(request("POST", ONE, new byte[1], "", ""));
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.headers()).containsEntry("WWW-Authenticate", "Bearer");
    assertThat(router.handle(request("POST", ONE, new byte[1], "", "guess")).status())
        .isEqualTo(401);
    assertThat(shelf.resources.get("default/key/one")).hasSize(1);
  }

  @Test
  void an_unknown_plugin_or_path_is_not_found() {
    for (String path : List.of("/kbs/v0/nothing/x", "/kbs/v0/auth/x", "/kbs/v1/auth", "/", ""))
      assertThat(send(router, "GET", path, new byte[0], "").status()).as(path).isEqualTo(404);
    var wrong = send(router, "DELETE", "/kbs/v0/auth", new byte[0], "");
    assertThat(wrong.status()).isEqualTo(405);
    assertThat(wrong.headers()).containsEntry("Allow", "POST");
  }

  @Test
  void a_sweep_forgets_what_is_over_and_nothing_else() {
    var parts = wings.parts(database);
    var kbs = new KbsService(parts, Map.of(), List.of("sgx"), Duration.ofMinutes(5));
    assertThat(attest(router, challenge()).status()).isEqualTo(200);
    assertThat(kbs.sweep(wings.now)).isZero();
    assertThat(kbs.sweep(wings.now.plusSeconds(301))).isEqualTo(1);
  }
}
