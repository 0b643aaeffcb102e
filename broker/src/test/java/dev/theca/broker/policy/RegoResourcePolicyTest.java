package dev.theca.broker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.policy.ResourcePolicy.Wanted;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.rego.RegoCode;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegoResourcePolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Wanted KEY =
      new Wanted("resource", List.of("shop", "key", "one"), Map.of("v", "2"));

  @TempDir Path folder;
  private Database database;
  private PolicyStore store;
  private RegoResourcePolicy policy;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    store = new PolicyStore(database, new KeptTrail());
    policy = new RegoResourcePolicy(store, Budget.DEFAULT);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static JsonObject json(String text) {
    return Json.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  private static JsonObject token(String status, String vector) {
    return json(
        "{'submods':{'cpu0':{'ear.status':'"
            + status
            + "','ear.trustworthiness-vector':"
            + vector
            + ",'ear.veraison.annotated-evidence':{'report_data':'00','runtime_data_claims':{},"
            + "'init_data_claims':{'cdh.toml':{'token':'hush'},'note':'plain'},"
            + "'sgx':{'simulated':true,'trust_root':'sim:a','tcb_status':'UpToDate',"
            + "'body':{'mr_enclave':'52','mr_signer':'53'}}}}}}");
  }

  private static final JsonObject GOOD = token("affirming", "{'executables':3,'hardware':2}");

  private void put(PolicyId id, String text) {
    store.put(id, text, "admin:ada", NOW).orThrow();
  }

  private List<Refusal> refused(JsonObject token) {
    return ((Outcome.Refused<?>) policy.allows(token, KEY, NOW)).reasons();
  }

  @Test
  void by_default_an_affirmed_workload_gets_what_it_asks_for() {
    var allowed = policy.allows(GOOD, KEY, NOW).orThrow();
    assertThat(allowed.policyId()).isEqualTo("resource/resource-policy");
    assertThat(allowed.version()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "contraindicated | {'executables':33,'hardware':2} | executables-unrecognized | mr_enclave 52, mr_signer 53 | register the measurement as reference value sgx_mr_enclave, or run the published agent",
        "contraindicated | {'executables':3,'hardware':97} | hardware-unrecognized | trust_root sim:a | run on hardware",
        "contraindicated | {'executables':33,'hardware':97} | hardware-unrecognized | tcb_status UpToDate | simulated_roots",
        "warning         | {'configuration':36} | configuration-unavailable | 36 | register it as a reference value",
        "warning         | {'configuration':32} | configuration-unsafe | 32 | change the configuration",
        "contraindicated | {'configuration':96} | configuration-unsupportable | 96 | for production",
        "contraindicated | {'instance-identity':97} | instance-identity-unrecognized | 97 | one of the platforms",
        "contraindicated | {'executables':99} | executables-unverified | 99 | register",
        "contraindicated | {'sourced-data':-128} | sourced-data-contraindicated | -128 | conditions",
        "none            | {'executables':0} | policy-denied | none | attestation policy",
      })
  void the_first_reason_names_submodule_and_claim_and_what_was_found(
      String status, String vector, String code, String found, String next) {
    var first = refused(token(status, vector)).getFirst();
    assertThat(first.code().id()).isEqualTo(code);
    assertThat(first.what()).contains("cpu0");
    assertThat(first.found()).contains(found);
    assertThat(first.next()).contains(next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'submods':{}}",
        "{'submods':[]}",
        "{'submods':'affirming'}",
        "{'submods':{'cpu0':'affirming'}}",
        "{'submods':{'cpu0':{}}}",
        "{'submods':{'cpu0':{'ear.status':true}}}",
        "{'submods':{'cpu0':{'ear.status':'Affirming'}}}",
        "{'submods':{'cpu0':{'ear.status':['affirming']}}}",
        "{'submods':{'cpu0':{'ear.status':'affirming'},'gpu0':null}}",
        "{'ear.status':'affirming'}"
      })
  void a_token_without_affirmed_submodules_opens_nothing(String token) {
    assertThat(refused(json(token))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "allow := \"true\"",
        "allow := 1",
        "allow := {}",
        "allow := input.submods",
        "allow if false",
        "allow := false",
        "allow if input.none.such",
        "allow if count(input) > 99",
        "allow if http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1:1\"})",
      })
  void anything_but_true_is_a_no(String rule) {
    put(PolicyId.RESOURCE, "package policy\n" + rule + "\n");
    assertThat(refused(GOOD)).isNotEmpty();
  }

  @Test
  void a_policy_of_the_field_sees_plugin_path_and_query() {
    put(
        PolicyId.RESOURCE,
        """
        package policy
        default allow = false
        path := concat("/", data["resource-path"])
        allow {
          data.plugin == "resource"
          path == "shop/key/one"
          data.query.v == "2"
          input.submods.cpu0["ear.veraison.annotated-evidence"].sgx.body.mr_signer == "53"
        }
        """);
    assertThat(policy.allows(GOOD, KEY, NOW).orThrow().version()).isEqualTo(1);
    var other = new Wanted("resource", List.of("shop", "key", "two"), Map.of());
    var reasons = ((Outcome.Refused<?>) policy.allows(GOOD, other, NOW)).reasons();
    assertThat(reasons.getFirst().code()).isEqualTo(PolicyCode.POLICY_DENIED);
    assertThat(reasons.getFirst().what()).contains("resource-policy version 1", ".rego:6:");
    assertThat(reasons.getFirst().expected()).contains("path == \"shop/key/one\"");
    assertThat(reasons.getFirst().found()).contains("shop/key/two");
  }

  @Test
  void a_tenants_own_policy_decides_for_its_paths_alone() {
    put(PolicyId.tenant("shop").orThrow(), BuiltinPolicies.resourceText("deny_all").orElseThrow());
    assertThat(policy.allows(GOOD, KEY, NOW).isGranted()).isFalse();
    var other = new Wanted("resource", List.of("bank", "key", "one"), Map.of());
    assertThat(policy.allows(GOOD, other, NOW).isGranted()).isTrue();
    put(PolicyId.RESOURCE, BuiltinPolicies.resourceText("deny_all").orElseThrow());
    put(PolicyId.tenant("shop").orThrow(), BuiltinPolicies.resourceText("allow_all").orElseThrow());
    assertThat(policy.allows(GOOD, KEY, NOW).orThrow().policyId()).isEqualTo("tenant/shop");
    for (var path : List.of(List.<String>of(), List.of("../shop"), List.of("")))
      assertThat(policy.allows(GOOD, new Wanted("resource", path, Map.of()), NOW).isGranted())
          .isFalse();
  }

  @Test
  void settings_of_the_guest_are_not_shown() {
    put(
        PolicyId.RESOURCE,
        """
        package policy
        allow if {
          some part in input.submods
          part["ear.veraison.annotated-evidence"].init_data_claims["cdh.toml"].token == "other"
        }
        allow if input.submods.cpu0["ear.veraison.annotated-evidence"].init_data_claims["cdh.toml"].token == "x"
        """);
    assertThat(refused(GOOD) + "").doesNotContain("hush").contains("hidden");
  }

  @Test
  void a_policy_that_runs_forever_is_a_no() {
    put(
        PolicyId.RESOURCE,
        "package policy\nallow if {\n  n := numbers.range(1, 2000)\n  some a in n\n  some b in n\n"
            + "  some c in n\n  a + b + c == -1\n}\n");
    var small = new RegoResourcePolicy(store, new Budget(50_000, 50_000, Duration.ofSeconds(1)));
    var reasons = ((Outcome.Refused<?>) small.allows(GOOD, KEY, NOW)).reasons();
    assertThat(reasons.getFirst().code()).isEqualTo(RegoCode.REGO_EXHAUSTED);
    var brief =
        new RegoResourcePolicy(
            store, new Budget(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofMillis(50)));
    assertThat(((Outcome.Refused<?>) brief.allows(GOOD, KEY, NOW)).reasons().getFirst().code())
        .isEqualTo(RegoCode.REGO_EXHAUSTED);
  }

  @Test
  void a_number_that_no_policy_can_hold_is_a_no() {
    var token = json("{'submods':{'cpu0':{'ear.status':'affirming'}},'n':1e99999}");
    assertThat(refused(token).getFirst().code()).isEqualTo(PolicyCode.POLICY_INPUT);
  }

  @Test
  void reasons_are_few_whatever_the_policy() {
    var text = new StringBuilder("package policy\n");
    for (int i = 0; i < 200; i++) text.append("allow if input.a == ").append(i).append('\n');
    put(PolicyId.RESOURCE, text.toString());
    assertThat(refused(GOOD)).hasSizeLessThanOrEqualTo(8);
  }
}
