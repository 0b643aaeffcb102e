package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.audit.AuditVerify;
import dev.theca.broker.audit.Expected;
import dev.theca.broker.reference.ReferenceMessages;
import dev.theca.broker.reference.ReferenceSigner;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole broker: its configuration, over HTTP, with evidence of a simulated platform. */
class BrokerTest {
  private static final String SECRET = "a secret that must not lie about";
  private static final String INIT =
      "version = \"0.1.0\"\nalgorithm = \"sha256\"\n[data]\n\"a\" = \"b\"\n";
  private static Provisioning platform;
  private static Provisioning stranger;

  @TempDir Path folder;
  private Running broker;

  @BeforeAll
  static void platforms() throws IOException {
    platform = new Provisioning(Knobs.good());
    stranger = new Provisioning(Knobs.good());
  }

  @AfterAll
  static void gone() {
    platform.close();
    stranger.close();
  }

  @BeforeEach
  void start() throws IOException {
    broker = new Running(config());
    assertThat(broker.admin("POST", "/kbs/v0/resource/default/key/one", SECRET).statusCode())
        .isEqualTo(200);
    reference("sgx_mr_signer", HexFormat.of().formatHex(Provisioning.SIGNER));
    reference("sgx_isv_prod_id", "1");
    reference("sgx_min_isv_svn", "2");
    reference("simulated_roots", "sim:test");
  }

  @AfterEach
  void end() {
    broker.close();
  }

  private String config() throws IOException {
    return """
        listen = "127.0.0.1:0"
        management = "127.0.0.1:0"
        state = "%s"
        collateral = "%s"
        [reference]
        unsigned = "admin"
        [[roots]]
        name = "sim:test"
        certificate = "%s"
        """
        .formatted(folder.resolve("state"), platform.url(), platform.rootFile(folder));
  }

  private void reference(String name, String value) {
    byte[] payload = ("{\"" + name + "\":[\"" + value + "\"]}").getBytes(StandardCharsets.UTF_8);
    String message =
        "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\""
            + Base64.getEncoder().encodeToString(payload)
            + "\"}";
    var answer = broker.admin("POST", "/kbs/v0/reference-value", message);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static Provisioning.Enclave enclave() {
    return new Provisioning.Enclave(platform.platform);
  }

  @Test
  void a_guest_of_secure_execution_is_told_why_it_gets_no_challenge() {
    var answer =
        broker.send(
            "POST",
            "/kbs/v0/auth",
            "{\"version\":\"0.4.0\",\"tee\":\"se\",\"extra-params\":\"\"}"
                .getBytes(StandardCharsets.UTF_8),
            "Accept",
            "*/*");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains("tee-unsupported", "IBM Secure Execution", "challenges are not made here")
        .contains("SCOPE.md");
    // other relying parties that ask the attestation service for one
    assertThat(ServicePolicies.noChallenge(Map.of("tee", "se")).toString())
        .contains("IBM Secure Execution", "challenges are not made here");
    assertThat(ServicePolicies.noChallenge(Map.of("tee", "sgx")).toString())
        .contains("the relying party's nonce is the challenge");
  }

  @Test
  void expected_evidence_gets_the_resource_wrapped_for_its_key_alone() {
    var attested = broker.attest(enclave());
    assertThat(attested.answer().statusCode()).as(attested.answer().body()).isEqualTo(200);
    var answer = broker.get(attested.cookie(), "default/key/one");
    assertThat(answer.body()).doesNotContain(SECRET);
    assertThat(broker.opened(answer)).isEqualTo(SECRET);
    // what the field's own command line sends has a slash too many
    assertThat(broker.opened(broker.get(attested.cookie(), "/default/key/one"))).isEqualTo(SECRET);
    var byToken =
        broker.send(
            "GET",
            "/kbs/v0/resource/default/key/one",
            new byte[0],
            "Authorization",
            "Bearer " + attested.token());
    assertThat(broker.opened(byToken)).isEqualTo(SECRET);
  }

  @Test
  void the_token_is_an_attestation_result_that_the_published_keys_verify() {
    var attested = broker.attest(enclave());
    String[] parts = attested.token().split("\\.");
    var header = Json.object(Base64.getUrlDecoder().decode(parts[0])).orThrow();
    assertThat(header.string("alg")).contains("ES256");
    assertThat(header.object("jwk")).isPresent();
    String kid = header.string("kid").orElseThrow();
    var found = broker.send("GET", "/.well-known/openid-configuration", new byte[0], "", "");
    assertThat(Running.json(found).string("jwks_uri"))
        .contains(broker.boot("url") + "/.well-known/jwks.json");
    var keys = Running.json(broker.send("GET", "/.well-known/jwks.json", new byte[0], "", ""));
    assertThat(Json.text(keys)).contains(kid);
    var claims = Json.object(Base64.getUrlDecoder().decode(parts[1])).orThrow();
    var cpu = claims.object("submods").flatMap(s -> s.object("cpu0")).orElseThrow();
    assertThat(cpu.string("ear.status")).contains("affirming");
    assertThat(Json.text(cpu)).contains("\"simulated\":true").contains("sim:test");
  }

  static Stream<Object[]> forgeries() {
    return Stream.of(
        lie("binding-report-data", e -> e.nonceInReport = "b3RoZXI="),
        lie(
            "binding-init-data",
            e -> {
              e.initData = INIT;
              e.initDataInReport = INIT.replace("\"b\"", "\"c\"");
            }),
        lie("chain-untrusted", e -> e.platform = stranger.platform));
  }

  static Stream<Object[]> unwanted() {
    return Stream.of(
        lie("executables-unrecognized", e -> e.signer = Provisioning.bytes(0x66)),
        lie("executables-unrecognized", e -> e.product = 7),
        lie("executables-unrecognized", e -> e.svn = 1),
        lie("configuration-", e -> e.flags = 0x7));
  }

  private static Object[] lie(String code, Consumer<Provisioning.Enclave> change) {
    return new Object[] {code, change};
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void evidence_that_is_not_what_it_says_gets_no_token_and_its_reason(
      String code, Consumer<Provisioning.Enclave> change) {
    var enclave = enclave();
    change.accept(enclave);
    var attested = broker.attest(enclave);
    assertThat(attested.answer().statusCode()).isEqualTo(401);
    assertThat(Running.code(attested.answer())).isEqualTo(code);
    assertThat(broker.get(attested.cookie(), "default/key/one").statusCode()).isEqualTo(401);
    explained(Running.json(attested.answer()), code);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unwanted")
  void an_enclave_that_nobody_expects_gets_a_token_that_opens_nothing(
      String code, Consumer<Provisioning.Enclave> change) {
    var enclave = enclave();
    change.accept(enclave);
    var attested = broker.attest(enclave);
    assertThat(attested.answer().statusCode()).as(attested.answer().body()).isEqualTo(200);
    var answer = broker.get(attested.cookie(), "default/key/one");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(Running.code(answer)).startsWith(code);
    explained(Running.json(answer), code);
  }

  @Test
  void a_refused_release_is_kept_with_what_the_attestation_lacked_by_session_and_by_token() {
    var enclave = enclave();
    enclave.signer = Provisioning.bytes(0x66);
    var attested = broker.attest(enclave);
    var bySession = broker.get(attested.cookie(), "default/key/one");
    var byToken =
        broker.send(
            "GET",
            "/kbs/v0/resource/default/key/one",
            new byte[0],
            "Authorization",
            "Bearer " + attested.token());
    for (var refused : List.of(bySession, byToken)) {
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      String id = Running.json(refused).string("id").orElseThrow();
      var kept = Running.json(broker.admin("GET", "/theca/v1/refusals/" + id, ""));
      var entries =
          kept.object("context")
              .flatMap(context -> context.object("attestation"))
              .flatMap(attestation -> attestation.array("entries"));
      assertThat(entries).as(kept + "").isPresent();
      assertThat(Json.text(kept))
          .contains("\"claim\":\"executables\"")
          .contains("sgx_mr_signer")
          .contains("66".repeat(32));
    }
    var found = broker.admin("GET", "/theca/v1/refusals?subject=default/key/one", "");
    assertThat(Running.json(found).array("refusals").orElseThrow()).hasSize(2);
  }

  /** The refusal's id leads to the same words. */
  private void explained(JsonObject answer, String code) {
    String id = answer.string("id").orElseThrow();
    var kept = broker.admin("GET", "/theca/v1/refusals/" + id, "");
    assertThat(kept.statusCode()).as(kept.body()).isEqualTo(200);
    assertThat(kept.body()).contains(code);
  }

  @Test
  void simulated_evidence_opens_nothing_until_a_reference_value_names_its_root() {
    assertThat(
            broker.admin("DELETE", "/theca/v1/reference-values/simulated_roots", "").statusCode())
        .isEqualTo(200);
    var attested = broker.attest(enclave());
    var answer = broker.get(attested.cookie(), "default/key/one");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(Running.code(answer)).startsWith("hardware-");
  }

  @Test
  void a_tenants_own_policy_decides_over_its_resources_alone() {
    broker.admin("POST", "/kbs/v0/resource/other/key/one", "theirs");
    String deny = "package policy\nimport rego.v1\ndefault allow := false\n";
    var put = broker.admin("PUT", "/theca/v1/policies/tenant/other", deny);
    assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
    var attested = broker.attest(enclave());
    assertThat(broker.get(attested.cookie(), "other/key/one").statusCode()).isEqualTo(403);
    assertThat(broker.opened(broker.get(attested.cookie(), "default/key/one"))).isEqualTo(SECRET);
  }

  @Test
  void a_policy_with_a_mistake_is_refused_with_its_place() {
    var answer = broker.admin("PUT", "/theca/v1/policies/tenant/other", "package policy\nallow {");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(":2:");
  }

  @Test
  void a_generated_key_is_seen_by_attested_workloads_and_by_no_administrator() {
    var made =
        broker.admin(
            "POST",
            "/theca/v1/tenants/default/resources/key/gen/generate",
            "{\"recipe\":\"aes-256\"}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    assertThat(
            broker
                .admin("GET", "/theca/v1/tenants/default/resources/key/gen/versions/1/value", "")
                .statusCode())
        .isEqualTo(400);
    assertThat(
            broker
                .admin("GET", "/theca/v1/tenants/default/resources/key/one/versions/1/value", "")
                .body())
        .isEqualTo(SECRET);
    var attested = broker.attest(enclave());
    assertThat(broker.get(attested.cookie(), "default/key/gen").statusCode()).isEqualTo(200);
  }

  @Test
  void a_revoked_measurement_gets_nothing_more_with_the_token_it_has() {
    var attested = broker.attest(enclave());
    assertThat(broker.get(attested.cookie(), "default/key/one").statusCode()).isEqualTo(200);
    String measurement = HexFormat.of().formatHex(Provisioning.MEASURED);
    var revoked =
        broker.admin("POST", "/theca/v1/revocations", "{\"measurement\":\"" + measurement + "\"}");
    assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
    assertThat(broker.get(attested.cookie(), "default/key/one").statusCode()).isEqualTo(401);
  }

  @Test
  void a_resource_owner_of_one_tenant_reaches_no_other() {
    var made =
        broker.admin(
            "POST",
            "/theca/v1/admin-tokens",
            "{\"name\":\"ci\",\"roles\":[\"resource-owner\"],\"tenants\":[\"team-a\"]}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    String bearer = "Bearer " + Running.json(made).string("token").orElseThrow();
    for (var row :
        List.of(
            List.of("POST", "/kbs/v0/resource/team-a/key/x", "200"),
            List.of("POST", "/kbs/v0/resource/team-b/key/x", "403"),
            List.of("POST", "/kbs/v0/resource/team-a/../team-b/x", "400"),
            List.of("GET", "/theca/v1/tenants/team-b/resources", "403"),
            List.of("GET", "/theca/v1/tenants/team-a/resources", "200"),
            List.of("POST", "/kbs/v0/resource-policy", "403"),
            List.of("GET", "/theca/v1/audit", "403"))) {
      byte[] body = row.get(0).equals("POST") ? new byte[] {1} : new byte[0];
      var answer = broker.send(row.get(0), row.get(1), body, "Authorization", bearer);
      assertThat(answer.statusCode() + "").as(row + " " + answer.body()).isEqualTo(row.get(2));
    }
  }

  @Test
  void the_audit_trail_verifies_and_holds_every_decision_and_no_secret() throws IOException {
    var attested = broker.attest(enclave());
    broker.get(attested.cookie(), "default/key/one");
    broker.get(attested.cookie(), "default/key/none");
    var trail = broker.admin("GET", "/theca/v1/audit", "");
    assertThat(trail.statusCode()).isEqualTo(200);
    assertThat(trail.body())
        .contains("\"attest\"", "\"release\"", "\"resource\"", "\"missing\"")
        .doesNotContain(SECRET)
        .doesNotContain(broker.token);
    var verified =
        AuditVerify.verify(
            new ByteArrayInputStream(trail.body().getBytes(StandardCharsets.UTF_8)),
            Expected.nothing());
    assertThat(verified.isGranted()).as(verified + "").isTrue();
    String changed = trail.body().replaceFirst("default", "defaulf");
    assertThat(
            AuditVerify.verify(
                    new ByteArrayInputStream(changed.getBytes(StandardCharsets.UTF_8)),
                    Expected.nothing())
                .isGranted())
        .isFalse();
  }

  @Test
  void a_dry_run_tells_who_would_lose_access() {
    broker.attest(enclave());
    String deny =
        Json.text(
            JsonObject.builder()
                .put("kind", "resource")
                .put("policy", "package policy\nimport rego.v1\ndefault allow := false\n")
                .build());
    var answer = broker.admin("POST", "/theca/v1/trials", deny);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"loses\"");
  }

  @Test
  void the_disk_holds_no_secret_and_a_restart_loses_nothing() throws IOException {
    var attested = broker.attest(enclave());
    try (var files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator)
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(SECRET);
    }
    broker.close();
    var before = broker;
    broker = new Running(config());
    var answer = broker.get(attested.cookie(), "default/key/one");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(before.opened(answer)).isEqualTo(SECRET);
  }

  @Test
  void a_broker_without_configuration_takes_reference_values_of_the_key_it_made()
      throws IOException {
    Path state = folder.resolve("zero");
    String toml = "listen = \"127.0.0.1:0\"\nmanagement = \"\"\nstate = \"" + state + "\"\n";
    try (var other = new Running(toml)) {
      Path file = state.resolve("provenance-key.jwk");
      assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
      var message = ReferenceMessages.sgxEnclave(Provisioning.MEASURED);
      assertThat(other.admin("POST", "/kbs/v0/reference-value", Json.text(message)).statusCode())
          .as("unsigned")
          .isEqualTo(400);
      var key = Jwk.parse(Secret.moveFrom(Files.readAllBytes(file))).orThrow();
      var signed = new ReferenceSigner("owner", key).sign(message, Instant.now());
      var answer = other.admin("POST", "/kbs/v0/reference-value", Json.text(signed));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void a_sink_that_left_the_configuration_does_not_hold_the_trail_back() throws IOException {
    broker.close();
    Path file = folder.resolve("state/broker.db");
    try (var database = SqliteDatabase.open(file)) {
      int unused =
          database.write(
              sql ->
                  sql.update(
                      "INSERT INTO audit_cursor (sink, seq, holder, held_until)"
                          + " VALUES ('gone', 0, '', 0)"));
    }
    new Running(config()).close();
    try (var database = SqliteDatabase.open(file)) {
      long left =
          database.read(
              sql ->
                  sql.one("SELECT count(*) FROM audit_cursor", row -> row.number(1)).orElseThrow());
      assertThat(left).isZero();
    }
    broker = new Running(config());
  }

  @Test
  void metrics_count_and_name_no_resource() {
    var attested = broker.attest(enclave());
    broker.get(attested.cookie(), "default/key/one");
    var metrics = broker.metrics();
    assertThat(metrics)
        .contains("kbs_attestation_successes_total{tee_type=\"sgx\"} 1")
        .contains("kbs_policy_approvals_total 1")
        .doesNotContain("default/key");
    assertThat(broker.management("/readyz")).isEmpty();
  }
}
