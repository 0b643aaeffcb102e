package dev.theca.broker.appraise;

import static dev.theca.broker.appraise.Stored.claim;
import static dev.theca.broker.appraise.Stored.judge;
import static dev.theca.broker.appraise.Stored.part;
import static dev.theca.broker.appraise.Stored.reason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.appraise.Attester.InitDataGiven;
import dev.theca.broker.appraise.Attester.Runtime;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.EvidenceType;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence of real machines and vectors of other implementations. */
class RecordedTest {
  private static final String VERIFIER = "coco/trustee/deps/verifier/test_data/";

  @TempDir Path folder;
  private Stored stored;

  @BeforeEach
  void open() {
    stored = new Stored(folder);
    stored.references.clear();
  }

  @AfterEach
  void close() {
    stored.close();
  }

  private static byte[] bytes(String name) {
    String named = System.getenv("THECA_SHARED");
    Path root =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("theca.root", ".")).resolve("../shared");
    Path file = root.resolve("testdata").resolve(name);
    Assumptions.assumeTrue(
        Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject json(String name) {
    return Json.object(bytes(name), Limits.DEFAULT.withBytes(4 << 20)).orThrow();
  }

  private static Attester attester(String tee, JsonValue evidence, Runtime runtime) {
    return new Attester(tee, evidence, runtime, Optional.empty());
  }

  @Test
  void the_recorded_report_data_is_what_evidence_must_be_bound_to() {
    var vector = json("coco/generated/report-data-vector.json");
    var given = vector.object("runtime-data").orElseThrow();
    var bound =
        JsonObject.builder()
            .put("additional-evidence", vector.string("additional-evidence").orElseThrow())
            .put("nonce", given.string("nonce").orElseThrow())
            .put("tee-pubkey", given.object("tee-pubkey").orElseThrow())
            .build();
    var runtime = new Runtime.Structured(bound, "sha384");
    byte[] full = HexFormat.of().parseHex(vector.string("sha384_hex").orElseThrow());
    for (var type : List.of(EvidenceType.SGX, EvidenceType.TDX, EvidenceType.AZ_SNP_VTPM))
      assertThat(RuntimeBinding.expected(type, runtime).orThrow().orElseThrow()).isEqualTo(full);
    assertThat(RuntimeBinding.expected(EvidenceType.TPM, runtime).orThrow().orElseThrow())
        .isEqualTo(HexFormat.of().parseHex(vector.string("report_data_tpm_32_hex").orElseThrow()));
  }

  @Test
  void the_recorded_init_data_give_the_images_that_the_agent_may_run() {
    var text =
        new String(
            bytes("coco/trustee/integration-tests/tests/init-data-with-policy.toml"),
            StandardCharsets.UTF_8);
    var claims =
        InitDataBinding.of(EvidenceType.SNP, new InitDataGiven.Text(text)).orThrow().claims();
    assertThat(claims).isInstanceOf(JsonObject.class);
    var agent = ((JsonObject) claims).object("agent_policy_claims").orElseThrow();
    assertThat(agent.array("containers").orElseThrow()).isNotEmpty();
    assertThat(((JsonObject) claims).get("policy.rego")).isEmpty();
  }

  @Test
  void a_genuine_epyc_is_hardware_and_is_affirmed_once_its_measurements_are_registered() {
    var evidence = json("coco/trustee/attestation-service/tests/e2e/evidence.json");
    var attester = attester("snp", evidence, new Runtime.None());
    var first = judge(stored.service(), attester).orThrow();
    var claims =
        part(first, "cpu0")
            .object("ear.veraison.annotated-evidence")
            .orElseThrow()
            .object("snp")
            .orElseThrow();
    assertThat(claims.string("trust_root")).contains("amd-genoa");
    assertThat(claims.get("simulated")).isEmpty();
    assertThat(claim(first, "executables")).isEqualTo(33);
    assertThat(claim(first, "hardware")).isEqualTo(97);
    for (String level : List.of("bootloader", "microcode"))
      stored.references.put("snp_" + level, list(claims, "reported_tcb_" + level));
    stored.references.put("snp_tee_svn", list(claims, "reported_tcb_tee"));
    stored.references.put("snp_snp_svn", list(claims, "reported_tcb_snp"));
    stored.references.put("snp_launch_measurement", list(claims, "measurement"));
    var second = judge(stored.service(), attester).orThrow();
    assertThat(Stored.status(second)).as(Json.text(second.why())).isEqualTo("affirming");
    var other = attester("snp", evidence, new Runtime.Raw(new byte[] {1}));
    assertThat(reason(judge(stored.service(), other)).code())
        .isEqualTo(EvidenceCode.BINDING_REPORT_DATA);
  }

  private static JsonArray list(JsonObject claims, String name) {
    return new JsonArray(List.of(claims.get(name).orElseThrow()));
  }

  @Test
  void a_genuine_epyc_with_one_byte_changed_is_refused() {
    var evidence = json("coco/trustee/attestation-service/tests/e2e/evidence.json");
    var report = evidence.object("attestation_report").orElseThrow();
    var members = new java.util.LinkedHashMap<>(report.members());
    members.put("guest_svn", JsonNumber.of(7));
    var forged = new java.util.LinkedHashMap<>(evidence.members());
    forged.put("attestation_report", new JsonObject(members));
    var attester = attester("snp", new JsonObject(forged), new Runtime.None());
    assertThat(reason(judge(stored.service(), attester)).code())
        .isEqualTo(EvidenceCode.SIGNATURE_EVIDENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evidence-v0.json", "evidence-v1.json"})
  void a_genuine_vm_of_azure_is_judged_by_its_hardware_and_its_registers(String file) {
    var evidence = json(VERIFIER + "az-snp-vtpm/" + file);
    var nonce = new Runtime.Raw("challenge".getBytes(StandardCharsets.UTF_8));
    var attester = attester("az-snp-vtpm", evidence, nonce);
    var judged = judge(stored.service(), attester).orThrow();
    var claims = part(judged, "cpu0").object("ear.veraison.annotated-evidence").orElseThrow();
    assertThat(claims.string("report_data")).contains("6368616c6c656e6765");
    var vm = claims.object("az-snp-vtpm").orElseThrow();
    assertThat(vm.object("tpm").orElseThrow().members()).hasSize(24);
    assertThat(vm.string("trust_root")).contains("amd-milan");
    assertThat(claim(judged, "executables")).isEqualTo(33);
    stored.references.put("measurement", list(vm, "measurement"));
    stored.references.put("snp_pcr11", list(vm.object("tpm").orElseThrow(), "pcr11"));
    assertThat(claim(judge(stored.service(), attester).orThrow(), "executables")).isEqualTo(3);
    var replay = attester("az-snp-vtpm", evidence, new Runtime.Raw(new byte[] {1}));
    assertThat(reason(judge(stored.service(), replay)).code())
        .isEqualTo(EvidenceCode.BINDING_NONCE);
  }

  @Test
  void a_tpm_whose_key_nobody_enrolled_is_no_hardware() {
    var evidence = json("evidence/tpm/trustee/tpm_evidence.json");
    var attester = attester("tpm", evidence, new Runtime.None());
    var judged = judge(stored.service(), attester).orThrow();
    assertThat(claim(judged, "hardware")).isEqualTo(97);
    var ak = evidence.string("ak_public").orElseThrow();
    stored.references.put("trusted_aks", new JsonArray(List.of(new JsonString(ak))));
    assertThat(claim(judge(stored.service(), attester).orThrow(), "hardware")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "nvidia/trustee/hopper_coco_report1.txt, nvidia/trustee/hopper_coco_certs1.txt",
  })
  void genuine_gpus_become_a_submodule_each(String report, String chain) {
    String measured = new String(bytes("evidence/" + report), StandardCharsets.UTF_8).strip();
    byte[] pem = bytes("evidence/" + chain);
    var device =
        JsonObject.builder()
            .put("arch", "HOPPER")
            .put("evidence", measured)
            .put("certificate", new String(pem, StandardCharsets.US_ASCII))
            .build();
    var evidence =
        JsonObject.builder()
            .put("device_evidence_list", new JsonArray(List.of(device, device)))
            .build();
    var judged =
        judge(stored.service(), attester("nvidia", evidence, new Runtime.None())).orThrow();
    assertThat(judged.claims().object("submods").orElseThrow().members())
        .containsOnlyKeys("gpu0", "gpu1");
    var vector = part(judged, "gpu1").object("ear.trustworthiness-vector").orElseThrow();
    assertThat(vector.integer("hardware")).contains(2L);
    assertThat(vector.integer("executables")).contains(33L);
    var bound = new Runtime.Raw(Arrays.copyOf(new byte[] {1}, 32));
    assertThat(reason(judge(stored.service(), attester("nvidia", evidence, bound))).code())
        .isEqualTo(EvidenceCode.BINDING_NONCE);
  }

  @Test
  void a_genuine_quote_without_collateral_is_refused() {
    byte[] quote = bytes(VERIFIER + "tdx_quote_5.dat");
    var evidence =
        JsonObject.builder().put("quote", Base64.getEncoder().encodeToString(quote)).build();
    var service = stored.service(Stored.NOTHING, CollateralSettings.DEFAULT);
    assertThat(reason(judge(service, attester("tdx", evidence, new Runtime.None()))).code())
        .isEqualTo(EvidenceCode.COLLATERAL_MISSING);
  }
}
