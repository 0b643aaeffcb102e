package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.amd.SnpVectors;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Genuine SEV-SNP reports with their genuine chains. */
class SnpGenuineTest {
  private final Verifier verifier = Verifier.of(TrustRoots.vendors());

  private static VerifiedCollateral prepared(Verifier verifier, JsonObject one) {
    return verifier.prepare(SnpVectors.endorsement(one), SnpVectors.time(one)).orThrow();
  }

  private static SnpReport report(JsonObject one) {
    return SnpReport.parse(Vectors.bytes("snp/" + one.string("id").orElseThrow() + "/report.bin"))
        .orThrow();
  }

  @Test
  void every_genuine_report_is_accepted_at_its_own_privilege_level() {
    var all = Vectors.objects("snp/index.json");
    for (JsonObject one : all) {
      String id = one.string("id").orElseThrow();
      var report = report(one);
      var vek = prepared(verifier, one);
      int vmpl = one.integer("vmpl").orElseThrow().intValue();
      Policy policy = Policy.STRICT.with(p -> p.vmpl(vmpl).allowMaskedChip(true));
      var appraisal =
          verifier.verify(
              report, vek, SnpVectors.time(one), Expected.reportData(report.reportData()), policy);
      assertThat(appraisal.trusted()).as(id + " " + appraisal.refusals()).isTrue();
      assertThat(appraisal.hardware()).isTrue();
      assertThat(appraisal.claims().orElseThrow().string("product"))
          .isEqualTo(one.string("product"));
      assertThat(appraisal.claims().orElseThrow().string("measurement"))
          .isEqualTo(one.string("measurement"));
      Policy other = policy.with(p -> p.vmpl(vmpl == 0 ? 1 : 0));
      assertThat(
              verifier
                  .verify(
                      report,
                      vek,
                      SnpVectors.time(one),
                      Expected.reportData(report.reportData()),
                      other)
                  .refusals()
                  .getFirst()
                  .code())
          .isEqualTo(EvidenceCode.POLICY_VMPL);
    }
    assertThat(all).hasSizeGreaterThanOrEqualTo(20);
  }

  @Test
  void every_flipped_byte_of_signed_bytes_and_signature_is_refused() {
    for (JsonObject one : Vectors.objects("snp/index.json")) {
      byte[] good = report(one).bytes();
      var vek = prepared(verifier, one);
      int step = one.string("id").orElseThrow().equals("Turin-v5-vcek-3f44a09b") ? 1 : 23;
      for (int i = 0; i < 0x330; i += step) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << i % 8);
        if (SnpReport.parse(bad) instanceof Outcome.Granted<SnpReport>(var report)) {
          var appraisal =
              verifier.verify(
                  report,
                  vek,
                  SnpVectors.time(one),
                  Expected.reportData(report.reportData()),
                  Policy.STANDARD.with(p -> p.vmpl(report.vmpl())));
          assertThat(appraisal.verdict())
              .as(one.string("id") + " byte " + i)
              .isEqualTo(Verdict.UNTRUSTED);
          assertThat(appraisal.claims()).isEmpty();
        }
      }
    }
  }

  @Test
  void a_report_under_another_chips_or_another_kinds_key_is_refused() {
    var all = Vectors.objects("snp/index.json");
    var wrong = new ArrayList<String>();
    for (JsonObject one : all) {
      for (JsonObject other : all) {
        if (java.util.Arrays.equals(
            SnpVectors.endorsement(one).vek(), SnpVectors.endorsement(other).vek())) continue;
        var vek = prepared(verifier, other);
        var appraisal =
            verifier.verify(
                report(one), vek, vek.validUntil(), Expected.UNBOUND, Policy.QVL_COMPAT);
        if (appraisal.trusted()) wrong.add(one.string("id") + " under " + other.string("id"));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void endorsements_with_wrong_extensions_are_refused() throws IOException {
    try (var files = Files.list(Vectors.path("snp/negative-vcek"))) {
      for (var file : files.toList()) {
        var prepared =
            verifier.prepare(
                SnpEndorsement.of(Files.readAllBytes(file)), Instant.parse("2025-06-01T00:00:00Z"));
        if (prepared instanceof Outcome.Granted<VerifiedCollateral>(var vek)) {
          var report = Vectors.bytes("snp/Milan-v2-vcek-7c614616/report.bin");
          var appraisal =
              verifier.verify(
                  SnpReport.parse(report).orThrow(),
                  vek,
                  Instant.parse("2025-06-01T00:00:00Z"),
                  Expected.UNBOUND,
                  Policy.QVL_COMPAT);
          assertThat(appraisal.trusted()).as(file + "").isFalse();
        }
      }
    }
  }

  @Test
  void an_extended_request_brings_its_certificates_along_and_the_root_is_not_believed() {
    var report =
        SnpReport.parse(Vectors.bytes("snp/ext-guest-request-table/report-ark-ask-vcek.bin"))
            .orThrow();
    assertThat(report.carried())
        .containsKeys(
            SnpReport.Certificate.VCEK, SnpReport.Certificate.ASK, SnpReport.Certificate.ARK);
    byte[] ark = report.carried().get(SnpReport.Certificate.ARK);
    var forged = new TrustRoots(Map.of());
    assertThat(
            Verifier.of(forged)
                .prepare(
                    new SnpEndorsement(
                        report.carried().get(SnpReport.Certificate.VCEK),
                        Optional.of(report.carried().get(SnpReport.Certificate.ASK)),
                        Optional.of(ark),
                        Optional.empty()),
                    Instant.parse("2026-01-01T00:00:00Z"))
                .isGranted())
        .isFalse();
  }

  @Test
  void reports_without_an_endorsement_parse() throws IOException {
    try (var files = Files.list(Vectors.path("snp/reports-without-vek"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".bin")).toList())
        assertThat(SnpReport.parse(Files.readAllBytes(file)))
            .as(file + "")
            .isInstanceOf(Outcome.Granted.class);
    }
  }
}
