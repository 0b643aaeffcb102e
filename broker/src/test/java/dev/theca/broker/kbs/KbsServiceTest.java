package dev.theca.broker.kbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.api.Route;
import dev.theca.broker.api.Router;
import dev.theca.broker.appraise.Attester;
import dev.theca.broker.audit.Event;
import dev.theca.broker.http.Answer;
import dev.theca.broker.http.Request;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KbsServiceTest {
  private static final String ONE = "/kbs/v0/resource/default/key/one";

  @TempDir Path folder;
  private final FakeWings wings = new FakeWings();
  private final FakeWings.Shelf shelf = new FakeWings.Shelf();
  private final Jwk key = Jwk.generate("P-256");
  private Database database;
  private Router router;

  @BeforeEach
  void service() {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    router = replica();
    shelf.resources.put("default/key/one", "the key".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void end() {
    database.close();
  }

  private Router replica() {
    var parts = wings.parts(database);
    var kbs =
        new KbsService(
            parts,
            Map.of("resource", shelf),
            List.of("sgx", "tdx", "nvidia"),
            Duration.ofMinutes(5));
    var routes = new ArrayList<Route>(kbs.routes());
    routes.add(kbs.plugins());
    return new Router(routes, parts.admins(), wings.trail, parts.clock());
  }

  private Answer send(Router to, String method, String path, byte[] body, String cookie) {
    return to.handle(request(method, path, body, cookie, ""));
  }

  private static Request request(
      String method, String path, byte[] body, String cookie, String bearer) {
    var headers = new java.util.HashMap<String, List<String>>();
    if (!cookie.isEmpty())
      headers.put("cookie", List.of("other=1; kbs-session-id=" + cookie + "; x=y"));
    if (!bearer.isEmpty()) headers.put("authorization", List.of("Bearer " + bearer));
    return new Request(method, path, Map.of(), headers, body, "192.0.2.7");
  }

  private static JsonObject json(Answer answer) {
    return Json.object(answer.body()).orThrow();
  }

  private static JsonObject hello() {
    return JsonObject.builder()
        .put("version", "0.4.0")
        .put("tee", "sgx")
        .put("extra-params", "")
        .build();
  }

  private static JsonObject with(JsonObject object, String name, dev.theca.wire.json.JsonValue v) {
    var members = new java.util.LinkedHashMap<>(object.members());
    members.put(name, v);
    return new JsonObject(members);
  }

  private record Challenged(String cookie, String nonce) {}

  private Challenged challenge() {
    var answer = send(router, "POST", "/kbs/v0/auth", Json.write(hello()), "");
    assertThat(answer.status()).isEqualTo(200);
    return new Challenged(cookie(answer), json(answer).string("nonce").orElseThrow());
  }

  private static String cookie(Answer answer) {
    String header = answer.headers().get("Set-Cookie");
    assertThat(header).startsWith("kbs-session-id=").contains("; Path=/kbs/v0;");
    return header.substring(15, header.indexOf(';'));
  }

  private JsonObject attestation(String nonce, JsonObject pubkey, String additional) {
    return JsonObject.builder()
        .put("init-data", new dev.theca.wire.json.JsonNull())
        .put(
            "runtime-data",
            JsonObject.builder().put("nonce", nonce).put("tee-pubkey", pubkey).build())
        .put(
            "tee-evidence",
            JsonObject.builder()
                .put("primary_evidence", JsonObject.builder().put("quote", "AA").build())
                .put("additional_evidence", additional)
                .build())
        .build();
  }

  private Answer attest(Router to, Challenged challenge) {
    var body = attestation(challenge.nonce(), key.publicJson(), "");
    return send(to, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
  }

  private static String opened(Answer answer, Jwk key) {
    assertThat(answer.status()).as(new String(answer.body())).isEqualTo(200);
    try (var secret = Jwe.open(json(answer), key).orThrow()) {
      return secret.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

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

  @ParameterizedTest
  @CsvSource({"0.1.1", "0.2.0", "0.4.1", "x", "0.4.0-rc1"})
  void another_version_is_told_which_one_is_spoken(String version) {
    var body = with(hello(), "version", new JsonString(version));
    var answer = send(router, "POST", "/kbs/v0/auth", Json.write(body), "");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).string("detail").orElse(""))
        .isEqualTo(
            "Attestation error: RCAR handshake Auth failed: KBS Client Protocol Version Mismatch:"
                + " expect =0.4.0 while the request is "
                + version);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"version\":\"0.4.0\"}",
        "{\"version\":1,\"tee\":\"sgx\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sev\",\"extra-params\":\"\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":\"\",\"tee\":\"tdx\"}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":[[[[[[[[[[[[[1]]]]]]]]]]]]]}",
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":{\"supported-hash-algorithms\":[\"md5\"]}}"
      })
  void a_challenge_for_nonsense_is_an_error_in_json(String body) {
    var answer = send(router, "POST", "/kbs/v0/auth", body.getBytes(StandardCharsets.UTF_8), "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(json(answer).string("type")).isPresent();
    assertThat(json(answer).string("detail")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"sha256\",\"sha384\",\"sha512\",\"sm3\"]',''",
    "'[\"sha256\"]',sha256",
    "'[\"SHA-512\",\"sha256\"]',sha512",
    "'[]',refused"
  })
  void the_hash_is_one_that_the_client_has(String supported, String selected) {
    String text =
        "{\"version\":\"0.4.0\",\"tee\":\"sgx\",\"extra-params\":{\"supported-hash-algorithms\":"
            + supported
            + "}}";
    var answer = send(router, "POST", "/kbs/v0/auth", text.getBytes(StandardCharsets.UTF_8), "");
    if (selected.equals("refused")) {
      assertThat(answer.status()).isEqualTo(400);
      return;
    }
    var extra = json(answer).get("extra-params").orElseThrow();
    if (selected.isEmpty()) assertThat(extra).isEqualTo(new JsonString(""));
    else assertThat(((JsonObject) extra).string("selected-hash-algorithm")).contains(selected);
    var unused =
        attest(router, new Challenged(cookie(answer), json(answer).string("nonce").orElseThrow()));
    var runtime = (Attester.Runtime.Structured) wings.seen.getFirst().runtime();
    assertThat(runtime.hash()).isEqualTo(selected.isEmpty() ? "sha384" : selected);
  }

  @Test
  void the_evidence_of_devices_is_bound_as_the_text_that_was_sent() {
    var challenge = challenge();
    String additional = " {\"nvidia\" : {\"device_evidence_list\":[]} }";
    var body = attestation(challenge.nonce(), key.publicJson(), additional);
    var answer = send(router, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(wings.seen).hasSize(2);
    var cpu = (Attester.Runtime.Structured) wings.seen.get(0).runtime();
    var gpu = (Attester.Runtime.Structured) wings.seen.get(1).runtime();
    assertThat(cpu.claims().string("additional-evidence")).contains(additional);
    assertThat(gpu.claims().members().keySet()).containsExactlyInAnyOrder("nonce", "tee-pubkey");
    assertThat(wings.seen.get(1).tee()).isEqualTo("nvidia");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{\"runtime-data\":[]}",
        "{\"runtime-data\":{\"nonce\":\"N\"}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":{}}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":{}}}",
        "{\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":\"[\"}}",
        "{\"init-data\":\"x\",\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":\"\"}}",
        "{\"init-data\":{\"format\":\"json\",\"body\":\"{}\"},\"runtime-data\":{\"nonce\":\"N\",\"tee-pubkey\":KEY},\"tee-evidence\":{\"primary_evidence\":1,\"additional_evidence\":\"\"}}"
      })
  void an_attestation_that_is_none_is_refused_in_json(String text) {
    var challenge = challenge();
    String body =
        text.replace("\"N\"", "\"" + challenge.nonce() + "\"")
            .replace("KEY", Json.text(key.publicJson()));
    var answer =
        send(
            router,
            "POST",
            "/kbs/v0/attest",
            body.getBytes(StandardCharsets.UTF_8),
            challenge.cookie());
    assertThat(answer.status()).isIn(400, 401);
    assertThat(json(answer).string("detail").orElse("")).isNotBlank();
    assertThat(wings.seen).isEmpty();
  }

  @Test
  void a_point_that_is_not_on_the_curve_is_no_key() {
    var challenge = challenge();
    var members = new java.util.LinkedHashMap<>(key.publicJson().members());
    members.put("x", new JsonString("A".repeat(43)));
    var body = attestation(challenge.nonce(), new JsonObject(members), "");
    var answer = send(router, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
    assertThat(answer.status()).isEqualTo(401);
    assertThat(json(answer).object("refusal").orElseThrow().string("code")).contains("bad-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"P-256", "P-521"})
  void the_answer_is_for_the_curve_of_the_clients_key(String curve) {
    var mine = Jwk.generate(curve);
    var challenge = challenge();
    var body = attestation(challenge.nonce(), mine.publicJson(), "");
    var attested = send(router, "POST", "/kbs/v0/attest", Json.write(body), challenge.cookie());
    assertThat(attested.status()).isEqualTo(200);
    var answer = send(router, "GET", ONE, new byte[0], challenge.cookie());
    assertThat(opened(answer, mine)).isEqualTo("the key");
    String head =
        new String(
            Base64.getUrlDecoder().decode(json(answer).string("protected").orElseThrow()),
            StandardCharsets.UTF_8);
    assertThat(head)
        .startsWith(
            "{\"alg\":\"ECDH-ES+A256KW\",\"enc\":\"A256GCM\",\"epk\":{\"crv\":\""
                + curve
                + "\",\"kty\":\"EC\",\"x\":");
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
