package dev.theca.broker.appraise;

import static dev.theca.broker.appraise.Stored.claim;
import static dev.theca.broker.appraise.Stored.judge;
import static dev.theca.broker.appraise.Stored.part;
import static dev.theca.broker.appraise.Stored.reason;
import static dev.theca.broker.appraise.Stored.status;
import static dev.theca.broker.appraise.Worlds.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.appraise.Attester.InitDataGiven;
import dev.theca.broker.appraise.Attester.Runtime;
import dev.theca.broker.policy.PolicyCode;
import dev.theca.evidence.Channel;
import dev.theca.evidence.EvidenceCode;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.rego.RegoCode;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppraiserTest {
  private static final Consumer<ByteBuffer> GOOD = body -> {};

  @TempDir Path folder;
  private Stored stored;

  @BeforeEach
  void open() {
    stored = new Stored(folder);
  }

  @AfterEach
  void close() {
    stored.close();
  }

  private static Attester good(String tee) {
    return switch (tee) {
      case "sgx" -> Worlds.sgx(GOOD);
      case "tdx" -> Worlds.tdx(GOOD);
      default -> Worlds.snp(GOOD);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgx", "tdx", "snp"})
  void a_registered_workload_on_a_good_platform_is_affirmed(String tee) {
    var judged = judge(stored.service(), good(tee)).orThrow();
    assertThat(status(judged)).as(Json.text(judged.why())).isEqualTo("affirming");
    assertThat(judged.why().members()).isEmpty();
    var evidence = part(judged, "cpu0").object("ear.veraison.annotated-evidence").orElseThrow();
    assertThat(evidence.object(tee).orElseThrow().bool("simulated")).contains(true);
    assertThat(evidence.object("runtime_data_claims")).contains(Worlds.bound(Worlds.NONCE));
    assertThat(evidence.object("init_data_claims").orElseThrow().object("aa.toml")).isPresent();
  }

  private static Arguments sgx(int at, int value, String claim, int expected) {
    return Arguments.of("sgx", at, value, claim, expected);
  }

  private static Stream<Arguments> unwanted() {
    return Stream.of(
        sgx(48, 7, "configuration", 96),
        sgx(48, 0x15, "configuration", 36),
        sgx(16, 1, "configuration", 36),
        sgx(128, 0x53, "executables", 33),
        sgx(256, 2, "executables", 33),
        sgx(258, 1, "executables", 33),
        Arguments.of("tdx", 120, 1, "configuration", 96),
        Arguments.of("tdx", 123, 0, "configuration", 36),
        Arguments.of("tdx", 123, 0x30, "configuration", 36),
        Arguments.of("tdx", 128, 3, "configuration", 36),
        Arguments.of("tdx", 136, 0, "hardware", 97),
        Arguments.of("tdx", 376, 0, "executables", 33),
        Arguments.of("tdx", 424, 0, "executables", 33),
        Arguments.of("snp", 0x0A, 0x0B, "configuration", 96),
        Arguments.of("snp", 0x0A, 0x07, "configuration", 36),
        Arguments.of("snp", 0x90, 0, "executables", 33));
  }

  private static Attester changed(String tee, int at, int value) {
    Consumer<ByteBuffer> change = body -> body.put(at, (byte) value);
    return switch (tee) {
      case "sgx" -> Worlds.sgx(change);
      case "tdx" -> Worlds.tdx(change);
      default -> Worlds.snp(change);
    };
  }

  @ParameterizedTest
  @MethodSource("unwanted")
  void what_is_genuine_and_unwanted_shows_in_the_trust_vector(
      String tee, int at, int value, String claim, int expected) {
    var judged = judge(stored.service(), changed(tee, at, value)).orThrow();
    assertThat(claim(judged, claim)).isEqualTo(expected);
    assertThat(status(judged)).isNotEqualTo("affirming");
    assertThat(Json.text(judged.why())).contains("\"claim\":\"" + claim + "\"");
  }

  private static Stream<Arguments> lies() {
    return Stream.of(
        Arguments.of("sgx", 320, 0, EvidenceCode.BINDING_REPORT_DATA),
        Arguments.of("sgx", 368, 1, EvidenceCode.BINDING_REPORT_DATA),
        Arguments.of("sgx", 192, 0, EvidenceCode.BINDING_INIT_DATA),
        Arguments.of("tdx", 520, 0, EvidenceCode.BINDING_REPORT_DATA),
        Arguments.of("tdx", 184, 0, EvidenceCode.BINDING_INIT_DATA),
        Arguments.of("snp", 0x50, 0, EvidenceCode.BINDING_REPORT_DATA),
        Arguments.of("snp", 0xC0, 0, EvidenceCode.BINDING_INIT_DATA),
        Arguments.of("snp", 0x30, 1, EvidenceCode.POLICY_VMPL),
        Arguments.of("snp", 0x1A0, 1, EvidenceCode.POLICY_PLATFORM_ID),
        Arguments.of("snp", 0x180, 11, EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void what_is_bound_to_something_else_is_refused(
      String tee, int at, int value, EvidenceCode code) {
    assertThat(reason(judge(stored.service(), changed(tee, at, value))).code()).isEqualTo(code);
  }

  @Test
  void evidence_under_a_root_that_nobody_named_is_refused() {
    assertThat(reason(judge(stored.service(), Worlds.sgxOfAnotherRoot())).code())
        .isEqualTo(EvidenceCode.CHAIN_UNTRUSTED);
  }

  @Test
  void a_simulated_platform_is_no_hardware_unless_a_reference_value_names_its_root() {
    stored.references.remove("simulated_roots");
    for (String tee : List.of("sgx", "tdx", "snp"))
      assertThat(claim(judge(stored.service(), good(tee)).orThrow(), "hardware"))
          .as(tee)
          .isEqualTo(97);
  }

  @ParameterizedTest
  @CsvSource({"OutOfDate, 96", "SWHardeningNeeded, 32", "ConfigurationNeeded, 32"})
  void an_old_platform_is_genuine_and_not_affirmed(String status, int hardware) {
    var source = Worlds.source(Knobs.good().withTcb(status, "SIM-SA-1"));
    var judged =
        judge(stored.service(source, CollateralSettings.DEFAULT), Worlds.sgx(GOOD)).orThrow();
    assertThat(claim(judged, "hardware")).isEqualTo(hardware);
    stored.references.put("sgx_allowed_advisories", new JsonString("SIM-SA-1"));
    var allowed =
        judge(stored.service(source, CollateralSettings.DEFAULT), Worlds.sgx(GOOD)).orThrow();
    assertThat(claim(allowed, "hardware")).isEqualTo(hardware == 32 ? 2 : 96);
  }

  private static Stream<Arguments> badCollateral() {
    return Stream.of(
        Arguments.of(Knobs.good().withTcb("Revoked"), EvidenceCode.TCB_REVOKED),
        Arguments.of(Knobs.good().withRevoked(true, false), EvidenceCode.REVOCATION_PCK),
        Arguments.of(Knobs.good().withRevoked(false, true), EvidenceCode.REVOCATION_INTERMEDIATE),
        Arguments.of(
            Knobs.good().withValidity(Duration.ZERO, Duration.ofDays(9), Duration.ofDays(9)),
            EvidenceCode.COLLATERAL_TCB_INFO_EXPIRED),
        Arguments.of(Knobs.good().withOtherFmspc(), EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH));
  }

  @ParameterizedTest
  @MethodSource("badCollateral")
  void revoked_platforms_and_expired_or_foreign_collateral_are_refused(
      Knobs knobs, EvidenceCode code) {
    var service = stored.service(Worlds.source(knobs), CollateralSettings.DEFAULT);
    assertThat(reason(judge(service, Worlds.sgx(GOOD))).code()).isEqualTo(code);
  }

  @Test
  void a_revoked_authority_of_amd_is_found_where_its_list_is_required() {
    var settings = new CollateralSettings(Duration.ofHours(1), false, true, Channel.STANDARD);
    assertThat(
            reason(judge(stored.service(Worlds.revokedAmd(), settings), Worlds.snp(GOOD))).code())
        .isEqualTo(EvidenceCode.REVOCATION_INTERMEDIATE);
    assertThat(status(judge(stored.service(Stored.GOOD, settings), Worlds.snp(GOOD)).orThrow()))
        .isEqualTo("affirming");
    assertThat(reason(judge(stored.service(Stored.NOTHING, settings), Worlds.snp(GOOD))).code())
        .isEqualTo(EvidenceCode.COLLATERAL_MISSING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sample", "sampledevice", "hygondcu", "nitro", "sev", "SGX", ""})
  void a_tee_that_is_not_verified_here_is_refused(String tee) {
    var attester =
        new Attester(tee, Worlds.sgx(GOOD).evidence(), new Runtime.None(), Optional.empty());
    assertThat(reason(judge(stored.service(), attester)).code())
        .isEqualTo(EvidenceCode.UNSUPPORTED_TEE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"x\"",
        "{\"quote\":1}",
        "{\"quote\":\"%%%\"}",
        "{\"quote\":\"AAAA\"}",
        "{\"quote\":\"\"}",
        "{\"attestation_report\":{}}",
        "{\"device_evidence_list\":[]}"
      })
  void malformed_evidence_is_refused_for_every_tee(String json) {
    var evidence = Json.parse(json.getBytes(StandardCharsets.UTF_8)).orThrow();
    for (String tee :
        List.of("sgx", "tdx", "snp", "az-snp-vtpm", "az-tdx-vtpm", "tpm", "cca", "csv", "nvidia")) {
      var attester = new Attester(tee, evidence, new Runtime.None(), Optional.empty());
      assertThat(judge(stored.service(), attester).isGranted()).as(tee).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256", "sha384", "sha512", "SHA-512", ""})
  void structured_runtime_data_is_hashed_with_the_selected_hash(String hash) {
    String algorithm = hash.isEmpty() ? "sha384" : hash.toLowerCase().replace("-", "");
    var bound = Worlds.bound("another nonce");
    var made =
        Worlds.sgx(body -> body.put(320, Arrays.copyOf(Worlds.digest(algorithm, bound), 64)));
    var attester =
        new Attester("sgx", made.evidence(), new Runtime.Structured(bound, hash), made.initData());
    assertThat(status(judge(stored.service(), attester).orThrow())).isEqualTo("affirming");
  }

  private static Stream<Arguments> runtimes() {
    var huge = JsonObject.builder().put("n", new JsonNumber("1e99999")).build();
    return Stream.of(
        Arguments.of(
            new Runtime.Structured(Worlds.bound("x"), "md5"), AppraiseCode.BAD_RUNTIME_DATA),
        Arguments.of(
            new Runtime.Structured(Worlds.bound("x"), "sm3"), AppraiseCode.BAD_RUNTIME_DATA),
        Arguments.of(new Runtime.Structured(huge, "sha384"), AppraiseCode.BAD_RUNTIME_DATA),
        Arguments.of(new Runtime.Raw(new byte[65]), AppraiseCode.BAD_RUNTIME_DATA),
        Arguments.of(new Runtime.Raw(new byte[64]), EvidenceCode.BINDING_REPORT_DATA),
        Arguments.of(
            new Runtime.Structured(Worlds.bound("x"), "sha384"), EvidenceCode.BINDING_REPORT_DATA));
  }

  @ParameterizedTest
  @MethodSource("runtimes")
  void runtime_data_that_does_not_fit_is_refused(Runtime runtime, dev.theca.wire.Code code) {
    var made = Worlds.sgx(GOOD);
    var attester = new Attester("sgx", made.evidence(), runtime, made.initData());
    assertThat(reason(judge(stored.service(), attester)).code()).isEqualTo(code);
  }

  @Test
  void raw_runtime_data_stands_as_it_is_and_none_leaves_the_token_without_a_key() {
    byte[] raw = "raw".getBytes(StandardCharsets.UTF_8);
    var made = Worlds.sgx(body -> body.put(320, Arrays.copyOf(raw, 64)));
    for (Runtime runtime : List.of(new Runtime.Raw(raw), new Runtime.None())) {
      var attester = new Attester("sgx", made.evidence(), runtime, made.initData());
      var judged = judge(stored.service(), attester).orThrow();
      var evidence = part(judged, "cpu0").object("ear.veraison.annotated-evidence").orElseThrow();
      assertThat(evidence.get("runtime_data_claims")).contains(new JsonNull());
    }
  }

  @Test
  void init_data_that_is_not_sent_is_not_compared_and_its_digest_shows() {
    for (Function<Attester, Optional<InitDataGiven>> given :
        List.<Function<Attester, Optional<InitDataGiven>>>of(
            made -> Optional.empty(),
            made -> Optional.of(new InitDataGiven.DigestOnly(Worlds.initDigest(48))))) {
      var made = Worlds.snp(GOOD);
      var attester = new Attester("snp", made.evidence(), made.runtime(), given.apply(made));
      var evidence =
          part(judge(stored.service(), attester).orThrow(), "cpu0")
              .object("ear.veraison.annotated-evidence")
              .orElseThrow();
      assertThat(evidence.get("init_data_claims")).contains(new JsonNull());
      assertThat(evidence.string("init_data").orElseThrow()).hasSize(64);
    }
  }

  @Test
  void several_attesters_become_submodules_of_one_token() {
    var judged =
        judge(stored.service(), Worlds.sgx(GOOD), Worlds.tdx(GOOD), Worlds.snp(GOOD)).orThrow();
    assertThat(judged.claims().object("submods").orElseThrow().members())
        .containsOnlyKeys("cpu0", "cpu1", "cpu2");
    assertThat(judged.record().array("attesters").orElseThrow()).hasSize(3);
    var forged = Worlds.tdx(body -> body.put(520, (byte) 0));
    assertThat(judge(stored.service(), Worlds.sgx(GOOD), forged).isGranted()).isFalse();
    assertThat(reason(judge(stored.service())).code()).isEqualTo(AppraiseCode.ATTESTERS);
  }

  @Test
  void the_claims_set_has_what_clients_of_the_field_look_for() {
    var claims = judge(stored.service(), Worlds.sgx(GOOD)).orThrow().claims();
    assertThat(claims.string("eat_profile"))
        .contains("tag:github.com,2024:confidential-containers/Trustee");
    assertThat(claims.string("iss")).contains("the-broker");
    assertThat(claims.integer("iat")).contains(NOW.getEpochSecond());
    assertThat(claims.integer("exp")).contains(NOW.getEpochSecond() + 300);
    assertThat(claims.object("ear.verifier-id").orElseThrow().members())
        .containsKeys("developer", "build");
    assertThat(claims.string("jti").orElseThrow())
        .hasSize(32)
        .isNotEqualTo(
            judge(stored.service(), Worlds.sgx(GOOD)).orThrow().claims().string("jti").get());
    var part = claims.object("submods").orElseThrow().object("cpu0").orElseThrow();
    assertThat(part.string("ear.appraisal-policy-id")).contains("default");
    assertThat(part.object("ear.trustworthiness-vector").orElseThrow().members()).hasSize(8);
    assertThat(part.object("ear.trustee.identifiers")).isPresent();
    assertThat(
            part.object("ear.veraison.annotated-evidence")
                .orElseThrow()
                .object("sgx")
                .orElseThrow()
                .members())
        .doesNotContainKeys("report_data", "init_data")
        .containsKeys("body", "trust_root", "findings");
  }

  @Test
  void a_token_does_not_outlive_the_collateral_that_it_rests_on() {
    var source =
        Worlds.source(
            Knobs.good()
                .withValidity(Duration.ofSeconds(70), Duration.ofDays(9), Duration.ofDays(9)));
    var claims =
        judge(stored.service(source, CollateralSettings.DEFAULT), Worlds.sgx(GOOD))
            .orThrow()
            .claims();
    assertThat(claims.integer("exp")).contains(NOW.getEpochSecond() + 10);
  }

  @Test
  void the_record_names_evidence_root_policy_and_the_reference_values_used() {
    var record = judge(stored.service(), Worlds.sgx(GOOD)).orThrow().record();
    var text = Json.text(record);
    assertThat(text)
        .contains("\"trust_root\":\"sim:sgx\"", "\"status\":\"affirming\"")
        .contains("\"id\":\"attestation/default_cpu\",\"version\":0")
        .contains("\"sgx_mr_signer\":[\"" + "51".repeat(32) + "\"]", "\"sgx_mr_enclave\":null")
        .contains("\"evaluation_number\":17", "evidence_sha256");
    assertThat(text).doesNotContain("snp_launch_measurement");
  }

  @Test
  void the_first_policy_asked_for_that_there_is_counts_and_an_unknown_one_is_refused() {
    stored.put("strict_cpu", "package policy\ntrust_claims := {\"executables\": 96}\n");
    stored.put("gpus_gpu", "package policy\ntrust_claims := {\"executables\": 3}\n");
    var service = stored.service();
    var attesters = List.of(Worlds.sgx(GOOD));
    var strict = service.judge(attesters, List.of("strict", "default"), NOW).orThrow();
    assertThat(status(strict)).isEqualTo("contraindicated");
    assertThat(part(strict, "cpu0").string("ear.appraisal-policy-id")).contains("strict");
    var second = service.judge(attesters, List.of("gpus", "default"), NOW).orThrow();
    assertThat(part(second, "cpu0").string("ear.appraisal-policy-id")).contains("default");
    for (var ids : List.of(List.of("none"), List.of("default", "none"), List.of("gpus")))
      assertThat(reason(service.judge(attesters, ids, NOW)).code())
          .isEqualTo(PolicyCode.POLICY_UNKNOWN);
    for (String id : List.of("../default", "", "x".repeat(500)))
      assertThat(service.judge(attesters, List.of(id), NOW).isGranted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trust_claims := {\"executables\": 128}",
        "trust_claims := {\"executables\": 1.5}",
        "trust_claims := {\"executables\": \"3\"}",
        "trust_claims := {\"unheard-of\": 3}",
        "trust_claims := [3]",
        "trust_claims := {}",
        "trust_claims := {\"executables\": 3}%extensions := 3",
        "trust_claims := {\"executables\": 3}%extensions := [{\"name\": \"ear.status\", \"key\": 1, \"value\": 2}]",
        "trust_claims := {\"executables\": 3}%extensions := [{\"name\": \"a\", \"key\": 1, \"value\": 2}, {\"name\": \"a\", \"key\": 1, \"value\": 2}]",
      })
  void a_policy_that_says_nonsense_gives_no_token(String rules) {
    stored.put("default_cpu", "package policy\n" + rules.replace('%', '\n'));
    assertThat(reason(judge(stored.service(), Worlds.sgx(GOOD))).code())
        .isEqualTo(PolicyCode.POLICY_RESULT);
  }

  @Test
  void a_policy_that_runs_forever_ends_as_a_refusal() {
    stored.put(
        "default_cpu",
        "package policy\ntrust_claims := {\"executables\": x} if {\n"
            + "  n := numbers.range(1, 3000)\n  some a in n\n  some b in n\n  some c in n\n"
            + "  a + b + c == -1\n  x := 3\n}\n");
    Instant before = Instant.now();
    assertThat(reason(judge(stored.service(), Worlds.sgx(GOOD))).code())
        .isEqualTo(RegoCode.REGO_EXHAUSTED);
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void a_reference_store_that_is_down_ends_the_appraisal_and_is_not_taken_for_no_value() {
    var service =
        Appraiser.of(
            Worlds.VERIFIER,
            Stored.GOOD,
            Anchors.NONE,
            CollateralSettings.DEFAULT,
            stored.policies,
            (name, now) -> {
              throw new IllegalStateException("down");
            },
            EarSettings.of("b", "t"));
    assertThat(reason(judge(service, Worlds.sgx(GOOD))).code()).isEqualTo(RegoCode.REGO_HOST);
  }

  @Test
  void a_policy_with_nothing_to_say_affirms_nothing() {
    stored.put(
        "default_cpu", "package policy\ntrust_claims := {\"executables\": 3} if input.none\n");
    var judged = judge(stored.service(), Worlds.sgx(GOOD)).orThrow();
    assertThat(status(judged)).isEqualTo("none");
    assertThat(Json.text(judged.why())).contains("no-claim");
  }

  @Test
  void a_policy_of_the_field_in_the_older_syntax_judges() {
    stored.put(
        "default_cpu",
        """
        package policy
        default executables = 33
        default hardware = 97
        default configuration = 36
        executables = 3 {
          input.snp
          input.snp.measurement in query_reference_value("snp_launch_measurement")
        }
        hardware = 2 {
          input.snp.reported_tcb_bootloader in query_reference_value("snp_bootloader")
          input.snp.reported_tcb_snp in query_reference_value("snp_snp_svn")
        }
        configuration = 3 {
          input.snp.policy_debug_allowed == false
          input.snp.policy_migrate_ma == false
        }
        trust_claims = {"executables": executables, "hardware": hardware, "configuration": configuration}
        """
            .replace("package policy\n", "package policy\nimport future.keywords.in\n"));
    assertThat(status(judge(stored.service(), Worlds.snp(GOOD)).orThrow())).isEqualTo("affirming");
    assertThat(status(judge(stored.service(), Worlds.sgx(GOOD)).orThrow()))
        .isEqualTo("contraindicated");
  }

  @Test
  void a_policy_with_a_rule_for_each_claim_and_no_trust_claims_judges_too() {
    stored.put("default_cpu", "package policy\nexecutables := 3\nhardware := 32\n");
    var judged = judge(stored.service(), Worlds.sgx(GOOD)).orThrow();
    assertThat(claim(judged, "hardware")).isEqualTo(32);
    assertThat(status(judged)).isEqualTo("warning");
  }

  @Test
  void why_says_claim_by_claim_what_was_wanted_and_what_was_found() {
    var judged = judge(stored.service(), Worlds.sgx(body -> body.put(128, (byte) 0x53))).orThrow();
    var entries = judged.why().array("entries").orElseThrow();
    assertThat(entries).hasSize(2);
    var texts = entries.stream().map(Json::text).toList();
    assertThat(texts)
        .allMatch(
            text -> text.contains("\"submodule\":\"cpu0\",\"claim\":\"executables\",\"value\":33"))
        .allMatch(text -> text.contains("executables-unrecognized"))
        .allMatch(text -> text.contains("mr_enclave " + "52".repeat(32)))
        .allMatch(text -> text.contains("default_cpu.rego:"))
        .anyMatch(text -> text.contains("sgx_mr_signer = [") && text.contains("51".repeat(32)))
        .anyMatch(text -> text.contains("sgx_mr_enclave = (not registered)"))
        .allMatch(
            text -> text.contains("register the measurement as reference value sgx_mr_enclave"));
  }

  @Test
  void why_stays_small_whatever_the_policy() {
    var rules = new StringBuilder("package policy\n");
    for (int i = 0; i < 500; i++)
      rules
          .append("executables := 3 if input.sgx.body.mr_enclave == \"")
          .append("x".repeat(900))
          .append(i)
          .append("\"\n");
    rules.append("default executables := 33\ntrust_claims := {\"executables\": executables}\n");
    stored.put("default_cpu", rules.toString());
    var judged = judge(stored.service(), Worlds.sgx(GOOD)).orThrow();
    assertThat(Json.write(judged.why()).length).isLessThan(10_000);
  }
}
