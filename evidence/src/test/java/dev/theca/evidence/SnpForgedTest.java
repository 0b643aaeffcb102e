package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.AmdForge;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SEV-SNP in every form that no genuine report here shows. */
class SnpForgedTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final AmdForge GENOA = new AmdForge("Genoa", NOW);
  private static final AmdForge TURIN = new AmdForge("Turin", NOW);
  private static final byte[] CHIP = new byte[64];
  private static final byte[] DATA = new byte[64];

  static {
    Arrays.fill(CHIP, (byte) 0xC1);
    Arrays.fill(DATA, (byte) 0xDA);
  }

  private static Verifier verifier(AmdForge forge) {
    return Verifier.of(TrustRoots.vendors().with("sim:amd", forge.arkSpki()));
  }

  private static SnpEndorsement endorsement(
      AmdForge forge, byte[] vek, boolean vlek, Optional<byte[]> crl) {
    return new SnpEndorsement(
        vek, Optional.of(vlek ? forge.asvk() : forge.ask()), Optional.of(forge.ark()), crl);
  }

  private static final int[] LEVELS = {0, 10, 0, 23, 200};
  private static final byte[] TCB = {10, 0, 0, 0, 0, 0, 23, (byte) 200};

  private static byte[] vcek() {
    return GENOA.vek(LEVELS, CHIP);
  }

  private static byte[] report(Consumer<ByteBuffer> change) {
    var report = AmdForge.report(5, new int[] {0x19, 0xAF, 1}, TCB, CHIP, false);
    report.put(0x50, DATA);
    change.accept(report);
    return GENOA.sign(report.array());
  }

  private static Appraisal judge(byte[] report, Policy policy) {
    var verifier = verifier(GENOA);
    var vek =
        verifier
            .prepare(endorsement(GENOA, vcek(), false, Optional.of(GENOA.crl(false))), NOW)
            .orThrow();
    return verifier.verify(
        SnpReport.parse(report).orThrow(), vek, NOW, Expected.reportData(DATA), policy);
  }

  private static EvidenceCode first(Appraisal appraisal) {
    return (EvidenceCode) appraisal.refusals().getFirst().code();
  }

  @Test
  void a_good_report_with_a_patch_level_above_127_and_siena_s_model_is_trusted() {
    var good = judge(report(r -> {}), Policy.STRICT.with(p -> p.requireCrl(true)));
    assertThat(good.verdict()).as(good.refusals() + "").isEqualTo(Verdict.TRUSTED);
    assertThat(good.hardware()).isFalse();
    assertThat(good.claims().orElseThrow().bool("simulated")).contains(true);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0A, 8, POLICY_DEBUG",
    "0x0A, 4, POLICY_MIGRATION",
    "0x30, 1, POLICY_VMPL",
    "0x30, 255, POLICY_VMPL",
    "0x180, 1, COLLATERAL_TCB_INFO_MISMATCH",
    "0x1A0, 1, POLICY_PLATFORM_ID",
    "0x38, 2, TCB_NOT_SUPPORTED",
    "0x1F7, 55, TCB_NOT_SUPPORTED",
    "0x188, 1, POLICY_PRODUCT",
    "0x50, 1, BINDING_REPORT_DATA"
  })
  void a_report_that_says_the_wrong_thing_is_refused_for_it(String at, int xor, EvidenceCode code) {
    int offset = Integer.decode(at);
    byte[] bad = report(r -> r.put(offset, (byte) (r.get(offset) ^ xor)));
    assertThat(first(judge(bad, Policy.STRICT))).isEqualTo(code);
  }

  @Test
  void an_asvk_or_ask_on_the_list_is_refused_and_a_missing_list_is_the_policys_to_judge() {
    var verifier = verifier(GENOA);
    var revoked =
        verifier.prepare(endorsement(GENOA, vcek(), false, Optional.of(GENOA.crl(true))), NOW);
    assertThat(((Outcome.Refused<?>) revoked).reasons().getFirst().code())
        .isEqualTo(EvidenceCode.REVOCATION_INTERMEDIATE);
    var foreign =
        verifier.prepare(endorsement(GENOA, vcek(), false, Optional.of(TURIN.crl(false))), NOW);
    assertThat(((Outcome.Refused<?>) foreign).reasons().getFirst().code())
        .isEqualTo(EvidenceCode.REVOCATION_CRL_ISSUER);
    var old =
        verifier.prepare(
            endorsement(GENOA, vcek(), false, Optional.of(GENOA.crl(false))),
            NOW.plus(Duration.ofDays(31)));
    assertThat(((Outcome.Refused<?>) old).reasons().getFirst().code())
        .isEqualTo(EvidenceCode.REVOCATION_CRL_EXPIRED);
    var without =
        verifier.prepare(endorsement(GENOA, vcek(), false, Optional.empty()), NOW).orThrow();
    var parsed = SnpReport.parse(report(r -> {})).orThrow();
    assertThat(
            verifier
                .verify(parsed, without, NOW, Expected.reportData(DATA), Policy.STRICT)
                .verdict())
        .isEqualTo(Verdict.TRUSTED);
    assertThat(
            verifier
                .verify(
                    parsed,
                    without,
                    NOW,
                    Expected.reportData(DATA),
                    Policy.STRICT.with(p -> p.requireCrl(true)))
                .verdict())
        .isEqualTo(Verdict.UNVERIFIABLE);
  }

  @Test
  void a_vlek_vouches_for_vlek_reports_only_and_a_vcek_for_vcek_reports_only() {
    var verifier = verifier(GENOA);
    var vlek =
        verifier
            .prepare(
                endorsement(GENOA, GENOA.vek(LEVELS, new byte[0]), true, Optional.empty()), NOW)
            .orThrow();
    var signedByVlek = report(r -> r.putInt(0x48, 1 << 2));
    var good =
        verifier.verify(
            SnpReport.parse(signedByVlek).orThrow(),
            vlek,
            NOW,
            Expected.reportData(DATA),
            Policy.STRICT);
    assertThat(good.verdict()).as(good.refusals() + "").isEqualTo(Verdict.TRUSTED);
    assertThat(first(judge(signedByVlek, Policy.STRICT))).isEqualTo(EvidenceCode.POLICY_KEY_KIND);
    var crossed =
        verifier.verify(
            SnpReport.parse(report(r -> {})).orThrow(),
            vlek,
            NOW,
            Expected.reportData(DATA),
            Policy.STRICT);
    assertThat(first(crossed)).isEqualTo(EvidenceCode.POLICY_KEY_KIND);
    var mixed = verifier.prepare(endorsement(GENOA, vcek(), true, Optional.empty()), NOW);
    assertThat(mixed.isGranted()).isFalse();
  }

  @Test
  void trap_09_turin_has_another_order_of_patch_levels_and_a_short_chip_id() {
    byte[] hwid = Arrays.copyOf(CHIP, 8);
    byte[] tcb = {1, 2, 3, 4, 0, 0, 0, 71};
    var report = AmdForge.report(5, new int[] {0x1A, 0x02, 1}, tcb, Arrays.copyOf(hwid, 64), false);
    byte[] signed = TURIN.sign(report.put(0x50, DATA).array());
    var verifier = verifier(TURIN);
    var vek =
        verifier
            .prepare(
                endorsement(
                    TURIN, TURIN.vek(new int[] {1, 2, 3, 4, 71}, hwid), false, Optional.empty()),
                NOW)
            .orThrow();
    var good =
        verifier.verify(
            SnpReport.parse(signed).orThrow(), vek, NOW, Expected.reportData(DATA), Policy.STRICT);
    assertThat(good.verdict()).as(good.refusals() + "").isEqualTo(Verdict.TRUSTED);
    assertThat(good.claims().orElseThrow().integer("reported_tcb_fmc")).contains(1L);
    byte[] longer = TURIN.sign(report.put(0x1A0 + 9, (byte) 1).array());
    var other =
        verifier.verify(
            SnpReport.parse(longer).orThrow(), vek, NOW, Expected.reportData(DATA), Policy.STRICT);
    assertThat(first(other)).isEqualTo(EvidenceCode.POLICY_PLATFORM_ID);
  }

  @Test
  void a_policy_can_deny_products_and_demand_patch_levels_chips_and_bits() {
    byte[] good = report(r -> {});
    assertThat(first(judge(good, Policy.STRICT.with(p -> p.denyProducts(Set.of("genoa"))))))
        .isEqualTo(EvidenceCode.POLICY_PRODUCT);
    var least = Map.of("genoa", new SnpTcb(0, 10, 0, 24, 0));
    assertThat(first(judge(good, Policy.STRICT.with(p -> p.minimumSnpTcb(least)))))
        .isEqualTo(EvidenceCode.POLICY_MIN_TCB);
    assertThat(first(judge(good, Policy.STRICT.with(p -> p.platforms(Set.of("00"))))))
        .isEqualTo(EvidenceCode.POLICY_PLATFORM_ID);
    assertThat(first(judge(good, Policy.STRICT.with(p -> p.requirePlatformInfo(0x4)))))
        .isEqualTo(EvidenceCode.POLICY_REFERENCE);
    assertThat(judge(good, Policy.STRICT.with(p -> p.requirePlatformInfo(0x20))).trusted())
        .isTrue();
    byte[] smt = report(r -> {});
    assertThat(judge(smt, Policy.STRICT.with(p -> p.allowSmt(true))).trusted()).isTrue();
    assertThat(
            judge(report(r -> r.putLong(8, 0x30000)), Policy.STRICT.with(p -> p.allowSmt(false)))
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_SMT);
  }

  @Test
  void a_masked_chip_is_refused_unless_the_policy_allows_it() {
    byte[] masked = report(r -> r.put(0x1A0, new byte[64]));
    assertThat(first(judge(masked, Policy.STRICT))).isEqualTo(EvidenceCode.POLICY_PLATFORM_ID);
    assertThat(judge(masked, Policy.STRICT.with(p -> p.allowMaskedChip(true))).trusted()).isTrue();
  }

  @Test
  void new_policy_and_platform_bits_are_no_reason_to_refuse() {
    byte[] future =
        report(
            r ->
                r.putLong(8, 0x30000L | 1L << 25 | 1L << 40).putLong(0x40, 0x20 | 1 << 6 | 1 << 7));
    assertThat(judge(future, Policy.STRICT).verdict()).isEqualTo(Verdict.TRUSTED);
  }

  @Test
  void sizes_versions_and_reserved_bytes_are_checked_before_anything_else() {
    byte[] good = report(r -> {});
    for (int size : new int[] {0, 1, 1183, 1185, 1190})
      assertThat(SnpReport.parse(Arrays.copyOf(good, size)).isGranted()).as(size + "").isFalse();
    for (int version : new int[] {0, 1, 6, 255}) {
      byte[] bad = good.clone();
      bad[0] = (byte) version;
      assertThat(SnpReport.parse(bad).isGranted()).as("version " + version).isFalse();
    }
    for (int at : List.of(0x4C, 0x18B, 0x1EB, 0x1EF, 0x208, 0x29F, 0x330, 0x49F)) {
      byte[] bad = good.clone();
      bad[at] = 1;
      assertThat(SnpReport.parse(bad).isGranted()).as("byte " + at).isFalse();
    }
    byte[] wide = good.clone();
    wide[0x2A0 + 50] = 1;
    var parsed = SnpReport.parse(wide);
    assertThat(first(judge(parsed.orThrow().bytes(), Policy.STRICT)))
        .isEqualTo(EvidenceCode.SIGNATURE_RANGE);
  }
}
