package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Genuine evidence of Hopper GPUs. */
class NvidiaGenuineTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private final Verifier verifier = Verifier.of(TrustRoots.vendors());

  private static JsonObject json(String reportHex, String chain) {
    return JsonObject.builder()
        .put(
            "device_evidence_list",
            new JsonArray(
                List.of(
                    JsonObject.builder()
                        .put("arch", "HOPPER")
                        .put("evidence", reportHex)
                        .put(
                            "certificate",
                            Base64.getEncoder()
                                .encodeToString(
                                    chain.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                        .build())))
        .build();
  }

  private Appraisal judged(NvidiaReport report, Expected expected) {
    var nothing = verifier.prepare(new NoCollateral(), NOW).orThrow();
    return verifier.verify(report, nothing, NOW, expected, Policy.STANDARD);
  }

  private static NvidiaReport report(String report, String chain) {
    return (NvidiaReport)
        EvidenceParser.parse(
                EvidenceType.NVIDIA,
                json(Vectors.text("nvidia/" + report).strip(), Vectors.text("nvidia/" + chain)))
            .orThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "trustee/hopperAttestationReport.txt, trustee/hopper_cert_chain_case1.txt",
    "trustee/hopper_coco_report1.txt, trustee/hopper_coco_certs1.txt",
    "attestation-sdk-gpu/hopperAttestationReport.txt, attestation-sdk-gpu/hopperCertChain.txt"
  })
  void a_gpu_is_believed_with_the_warning_that_nobody_compared_its_firmware(
      String file, String chain) {
    var gpu = report(file, chain);
    var good = judged(gpu, Expected.reportData(gpu.nonce()));
    assertThat(good.verdict()).as(good.refusals() + "").isEqualTo(Verdict.TRUSTED_WITH_WARNINGS);
    assertThat(good.hardware()).isTrue();
    assertThat(judged(gpu, Expected.reportData(new byte[32])).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.BINDING_NONCE);
    assertThat(judged(gpu, Expected.UNBOUND).trusted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "trustee/hopperAttestationReport.txt, trustee/hopper_coco_certs1.txt",
    "trustee/hopperAttestationReport.txt, trustee/hopper_cert_chain_case3.txt",
    "attestation-sdk-gpu/hopperAttestationReportInvalidSignature.txt, attestation-sdk-gpu/hopperCertChain.txt"
  })
  void another_devices_chain_a_broken_chain_and_a_bad_signature_are_refused(
      String file, String chain) {
    String report = Vectors.text("nvidia/" + file).strip();
    if (EvidenceParser.parse(EvidenceType.NVIDIA, json(report, Vectors.text("nvidia/" + chain)))
        instanceof Outcome.Granted<Evidence>(NvidiaReport gpu))
      assertThat(judged(gpu, Expected.reportData(gpu.nonce())).trusted()).isFalse();
  }

  @Test
  void claims_are_named_as_trustee_names_them() {
    var gpu = report("trustee/hopperAttestationReport.txt", "trustee/hopper_cert_chain_case1.txt");
    var claims = judged(gpu, Expected.reportData(gpu.nonce())).claims().orElseThrow();
    var wanted =
        Json.object(Vectors.bytes("nvidia/trustee/hopperAttestationReport-claims.txt")).orThrow();
    for (String part : List.of("config", "measurements"))
      assertThat(
              new String(
                  Json.canonical(claims.object(part).orElseThrow()),
                  java.nio.charset.StandardCharsets.UTF_8))
          .as(part)
          .isEqualTo(
              new String(
                  Json.canonical(wanted.object(part).orElseThrow()),
                  java.nio.charset.StandardCharsets.UTF_8));
    assertThat(claims.string("arch")).isEqualTo(wanted.string("arch"));
  }

  @Test
  void every_changed_byte_is_refused() {
    byte[] good =
        HexFormat.of().parseHex(Vectors.text("nvidia/trustee/hopper_coco_report1.txt").strip());
    String chain = Vectors.text("nvidia/trustee/hopper_coco_certs1.txt");
    byte[] nonce =
        report("trustee/hopper_coco_report1.txt", "trustee/hopper_coco_certs1.txt").nonce();
    for (int i = 0; i < good.length; i += 9) {
      byte[] bad = good.clone();
      bad[i] ^= 2;
      if (EvidenceParser.parse(EvidenceType.NVIDIA, json(HexFormat.of().formatHex(bad), chain))
          instanceof Outcome.Granted<Evidence>(NvidiaReport gpu))
        assertThat(judged(gpu, Expected.reportData(nonce)).trusted()).as("byte " + i).isFalse();
    }
  }
}
