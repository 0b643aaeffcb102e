package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.IntelForge;
import dev.theca.wire.Outcome;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no genuine evidence shows: every status in every combination, and every part revoked. */
class IntelForgedTest {
  private static final List<String> PLATFORM =
      List.of(
          "UpToDate",
          "SWHardeningNeeded",
          "ConfigurationNeeded",
          "ConfigurationAndSWHardeningNeeded",
          "OutOfDate",
          "OutOfDateConfigurationNeeded",
          "Revoked");
  private static final List<String> COMPONENT = List.of("UpToDate", "OutOfDate", "Revoked");

  private static String code(Outcome<?> outcome) {
    return outcome instanceof Outcome.Refused<?>(var reasons)
        ? reasons.getFirst().code().id()
        : "granted";
  }

  private static byte[] tdx(ForgedIntel world, int bodyType, int launch, int current) {
    var layout = TdReport.Layout.values()[bodyType - 2];
    return world.forge.tdxQuote(
        bodyType == 2 ? 4 : 5,
        bodyType,
        world.tdReport(layout, launch, current),
        world.qeReport(4));
  }

  private static String expected(String platform, String module, String qe) {
    if (platform.equals("Revoked") || module.equals("Revoked") || qe.equals("Revoked"))
      return "Revoked";
    if (module.equals("UpToDate") && qe.equals("UpToDate")) return platform;
    return switch (platform) {
      case "UpToDate", "SWHardeningNeeded" -> "OutOfDate";
      case "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded" ->
          "OutOfDateConfigurationNeeded";
      default -> platform;
    };
  }

  @Test
  void all_63_combinations_of_platform_module_and_quoting_enclave_converge() {
    for (String platform : PLATFORM)
      for (String module : COMPONENT)
        for (String qe : COMPONENT) {
          var world = new ForgedIntel();
          world.levels.add(world.level(5, 3, platform, "2025-01-01", "SA-1"));
          world.moduleLevels.add(ForgedIntel.svnLevel(2, module, "2024-01-01"));
          world.qeLevels = List.of(ForgedIntel.svnLevel(3, qe, "2023-01-01"));
          var appraisal = world.judge(tdx(world, 2, 3, 3), Policy.QVL_COMPAT);
          var tcb = appraisal.tcb().orElseThrow();
          assertThat(tcb.status().word())
              .as(platform + " " + module + " " + qe)
              .isEqualTo(expected(platform, module, qe));
          assertThat(tcb.launchDate()).isEqualTo("2023-01-01T00:00:00Z");
          assertThat(appraisal.trusted()).isEqualTo(tcb.status() != TcbStatus.REVOKED);
          boolean strict = world.judge(tdx(world, 2, 3, 3), Policy.STRICT).trusted();
          assertThat(strict).isEqualTo(tcb.status() == TcbStatus.UP_TO_DATE);
        }
  }

  /** Launch needs the third TDX SVN to be 3 for the good level and 2 for the old one. */
  @ParameterizedTest(name = "{0} then {1}: {2}, current {3}")
  @CsvSource({
    "OutOfDate, UpToDate, TDRelaunchAdvised, UpToDate",
    "OutOfDate, SWHardeningNeeded, TDRelaunchAdvised, SWHardeningNeeded",
    "OutOfDate, ConfigurationNeeded, TDRelaunchAdvisedConfigurationNeeded, ConfigurationNeeded",
    "OutOfDateConfigurationNeeded, UpToDate, TDRelaunchAdvisedConfigurationNeeded, UpToDate",
    "OutOfDate, ConfigurationAndSWHardeningNeeded, TDRelaunchAdvisedConfigurationNeeded, ConfigurationAndSWHardeningNeeded",
    "OutOfDate, OutOfDate, OutOfDate, OutOfDate",
    "OutOfDate, Revoked, OutOfDate, Revoked",
    "SWHardeningNeeded, UpToDate, SWHardeningNeeded, UpToDate"
  })
  void a_td_whose_host_was_updated_under_it_is_told_to_relaunch(
      String old, String good, String status, String current) {
    for (int bodyType : new int[] {3, 4}) {
      var world = new ForgedIntel();
      world.levels.add(world.level(5, 3, good, "2025-06-01"));
      world.levels.add(world.level(5, 2, old, "2024-06-01", "SA-9"));
      world.moduleLevels.add(ForgedIntel.svnLevel(2, "UpToDate", "2025-01-01"));
      var tcb = world.judge(tdx(world, bodyType, 2, 3), Policy.QVL_COMPAT).tcb().orElseThrow();
      assertThat(tcb.status().word()).isEqualTo(status);
      assertThat(tcb.current().word()).isEqualTo(current);
      assertThat(tcb.advisoriesLaunch()).containsExactly("SA-9");
      assertThat(tcb.advisoriesCurrent()).isEmpty();
      assertThat(world.judge(tdx(world, bodyType, 2, 3), Policy.STANDARD).trusted())
          .isEqualTo(status.equals("SWHardeningNeeded"));
    }
  }

  @Test
  void a_tcb_below_every_level_now_or_then_is_not_supported_and_the_nearest_level_is_named() {
    for (int[] svns : new int[][] {{1, 3}, {3, 1}}) {
      var world = new ForgedIntel();
      world.levels.add(world.level(5, 3, "UpToDate", "2025-06-01"));
      world.moduleLevels.add(ForgedIntel.svnLevel(2, "UpToDate", "2025-01-01"));
      var appraisal = world.judge(tdx(world, 3, svns[0], svns[1]), Policy.QVL_COMPAT);
      var tcb = appraisal.tcb().orElseThrow();
      assertThat(tcb.status()).isEqualTo(TcbStatus.NOT_SUPPORTED);
      assertThat(tcb.failingComponent())
          .isEqualTo("TDX component 3 has SVN 1, the level of this TCB needs 3");
      assertThat(appraisal.verdict()).isEqualTo(Verdict.UNTRUSTED);
    }
  }

  @Test
  void sgx_quotes_of_every_version_are_judged_alike() {
    for (int version : new int[] {3, 4, 5}) {
      var world = ForgedIntel.sgx();
      world.levels.add(world.level(5, 0, "ConfigurationNeeded", "2025-06-01"));
      byte[] quote = world.forge.sgxQuote(version, ForgedIntel.sgxReport(), world.qeReport(4));
      var appraisal = world.judge(quote, Policy.STANDARD);
      assertThat(appraisal.verdict()).isEqualTo(Verdict.TRUSTED_WITH_WARNINGS);
      assertThat(appraisal.tcb().orElseThrow().status()).isEqualTo(TcbStatus.CONFIGURATION_NEEDED);
      assertThat(appraisal.hardware()).isFalse();
    }
  }

  @Test
  void each_revoked_part_is_named() {
    var pck = ForgedIntel.sgx();
    pck.levels.add(pck.level(5, 0, "UpToDate", "2025-06-01"));
    pck.revokedByCa = new BigInteger[] {IntelForge.PCK_SERIAL};
    byte[] quote = pck.forge.sgxQuote(3, ForgedIntel.sgxReport(), pck.qeReport(4));
    assertThat(pck.judge(quote, Policy.QVL_COMPAT).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.REVOCATION_PCK);
    pck.revokedByCa = new BigInteger[] {};
    pck.revokedByRoot = new BigInteger[] {IntelForge.CA_SERIAL};
    assertThat(code(pck.verifier.prepare(pck.collateral(), ForgedIntel.NOW)))
        .isEqualTo("revocation-intermediate");
    pck.revokedByRoot = new BigInteger[] {IntelForge.SIGNING_SERIAL};
    assertThat(code(pck.verifier.prepare(pck.collateral(), ForgedIntel.NOW)))
        .isEqualTo("revocation-signing-cert");
  }

  @Test
  void levels_in_any_order_give_the_same_verdict_and_a_level_twice_is_refused() {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(1, 0, "OutOfDate", "2020-01-01"));
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    world.levels.add(world.level(3, 0, "SWHardeningNeeded", "2023-01-01"));
    byte[] quote = world.forge.sgxQuote(3, ForgedIntel.sgxReport(), world.qeReport(4));
    assertThat(world.judge(quote, Policy.STRICT).verdict()).isEqualTo(Verdict.TRUSTED);
    world.levels.add(world.level(3, 0, "OutOfDate", "2022-01-01"));
    assertThat(code(world.verifier.prepare(world.collateral(), ForgedIntel.NOW)))
        .isEqualTo("format-tcb-info-value");
  }

  @Test
  void collateral_and_certificates_of_tomorrow_are_refused() {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    world.issueDate = ForgedIntel.date(ForgedIntel.NOW.plusSeconds(1));
    assertThat(code(world.verifier.prepare(world.collateral(), ForgedIntel.NOW)))
        .isEqualTo("collateral-not-yet-valid");
    world.issueDate = ForgedIntel.date(ForgedIntel.NOW.minusSeconds(60));
    var early = ForgedIntel.NOW.minus(Duration.ofDays(200));
    assertThat(world.verifier.prepare(world.collateral(), early).isGranted()).isFalse();
  }

  @Test
  void prepared_collateral_ends_with_its_first_part() {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    world.nextUpdate = ForgedIntel.date(ForgedIntel.NOW.plusSeconds(100));
    byte[] quote = world.forge.sgxQuote(3, ForgedIntel.sgxReport(), world.qeReport(4));
    assertThat(world.judge(quote, Policy.STRICT, ForgedIntel.NOW.plusSeconds(100)).trusted())
        .isTrue();
    assertThat(world.judge(quote, Policy.STRICT, ForgedIntel.NOW.plusSeconds(101)).trusted())
        .isFalse();
    assertThat(world.judge(quote, Policy.STRICT, ForgedIntel.NOW.minusSeconds(120)).trusted())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{ \"id\"", "{\"id\":\"SGX\",\"id\"", "{\"\\u0069d\""})
  void a_document_that_was_written_anew_is_refused_although_intels_library_takes_it(String start) {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    String body = world.tcbInfoBody();
    byte[] shown = world.forge.document("tcbInfo", start + body.substring(body.indexOf(":")), body);
    var identity = world.forge.document("enclaveIdentity", world.identityBody());
    assertThat(
            world.verifier.prepare(world.collateral(shown, identity), ForgedIntel.NOW).isGranted())
        .isFalse();
  }

  @Test
  void an_array_that_is_not_16_long_an_svn_above_255_and_deep_nesting_are_refused() {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    String body = world.tcbInfoBody();
    var bad = new ArrayList<String>();
    bad.add(body.replaceFirst("\\{\"svn\":5},", ""));
    bad.add(body.replaceFirst("\\{\"svn\":5}", "{\"svn\":256}"));
    bad.add(body.replaceFirst("\\{\"svn\":5}", "{\"svn\":-1}"));
    bad.add(body.replaceFirst("\\{\"svn\":5}", "{\"svn\":5.5}"));
    bad.add(body.replaceFirst("UpToDate", "Splendid"));
    bad.add(body.replaceFirst("\"tcbType\":0", "\"tcbType\":1"));
    bad.add(body.replaceFirst("\"version\":3", "\"version\":4"));
    bad.add(
        body.replaceFirst(
            "\"tcbType\":0", "\"x\":" + "[".repeat(40) + "]".repeat(40) + ",\"tcbType\":0"));
    for (String changed : bad) {
      byte[] document = world.forge.document("tcbInfo", changed);
      var identity = world.forge.document("enclaveIdentity", world.identityBody());
      assertThat(
              world
                  .verifier
                  .prepare(world.collateral(document, identity), ForgedIntel.NOW)
                  .isGranted())
          .as(changed)
          .isFalse();
    }
  }

  @Test
  void a_policy_can_ask_for_more_but_never_accept_a_revoked_tcb() {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(5, 0, "SWHardeningNeeded", "2025-01-01", "SA-7"));
    byte[] quote = world.forge.sgxQuote(3, ForgedIntel.sgxReport(), world.qeReport(4));
    assertThat(world.judge(quote, Policy.STRICT).trusted()).isFalse();
    assertThat(world.judge(quote, Policy.STRICT.with(p -> p.mitigated(Set.of("SA-7")))).verdict())
        .isEqualTo(Verdict.TRUSTED);
    assertThat(world.judge(quote, Policy.STANDARD.with(p -> p.deny(Set.of("SA-7")))).trusted())
        .isFalse();
    assertThat(
            world.judge(quote, Policy.STANDARD.with(p -> p.minimumEvaluationNumber(18))).trusted())
        .isFalse();
    assertThat(
            world
                .judge(quote, Policy.STANDARD.with(p -> p.platforms(Set.of("ff".repeat(16)))))
                .trusted())
        .isFalse();
    assertThat(
            world
                .judge(quote, Policy.STANDARD.with(p -> p.platforms(Set.of("00".repeat(16)))))
                .trusted())
        .isTrue();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Policy.STRICT.with(p -> p.accept(TcbStatus.REVOKED)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_td_with_open_doors_is_refused_door_by_door() {
    record Door(int offset, long value, EvidenceCode code) {}
    for (var door :
        List.of(
            new Door(120, 1L << 28 | 1, EvidenceCode.POLICY_DEBUG),
            new Door(120, 0, EvidenceCode.POLICY_ATTRIBUTES_RESERVED),
            new Door(120, 1L << 28 | 1L << 29, EvidenceCode.POLICY_MIGRATION),
            new Door(120, 1L << 28 | 1L << 40, EvidenceCode.POLICY_ATTRIBUTES_RESERVED),
            new Door(128, 0xE4, EvidenceCode.POLICY_ATTRIBUTES_RESERVED),
            new Door(128, 0xE7L | 1L << 40, EvidenceCode.POLICY_ATTRIBUTES_RESERVED),
            new Door(600, 1, EvidenceCode.POLICY_SERVICE_TD))) {
      var world = new ForgedIntel();
      world.levels.add(world.level(5, 3, "UpToDate", "2025-06-01"));
      world.moduleLevels.add(ForgedIntel.svnLevel(2, "UpToDate", "2025-01-01"));
      byte[] report = world.tdReport(TdReport.Layout.TD_1_5, 3, 3);
      java.nio.ByteBuffer.wrap(report)
          .order(java.nio.ByteOrder.LITTLE_ENDIAN)
          .putLong(door.offset(), door.value());
      byte[] quote = world.forge.tdxQuote(5, 3, report, world.qeReport(4));
      assertThat(world.judge(quote, Policy.STRICT).refusals().getFirst().code())
          .isEqualTo(door.code());
      assertThat(world.judge(quote, Policy.QVL_COMPAT).trusted()).isTrue();
    }
  }

  @Test
  void a_debug_quoting_enclave_and_a_tail_in_its_report_data_are_refused() {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    byte[] tail = world.qeReport(4);
    tail[320 + 40] = 1;
    assertThat(
            world
                .judge(world.forge.sgxQuote(3, ForgedIntel.sgxReport(), tail), Policy.STRICT)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.QE_REPORT_DATA);
    byte[] other = world.qeReport(4);
    Arrays.fill(other, 128, 160, (byte) 1);
    assertThat(
            world
                .judge(world.forge.sgxQuote(3, ForgedIntel.sgxReport(), other), Policy.QVL_COMPAT)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.QE_MRSIGNER);
    assertThat(
            world
                .judge(
                    world.forge.sgxQuote(3, ForgedIntel.sgxReport(), world.qeReport(1)),
                    Policy.QVL_COMPAT)
                .tcb()
                .orElseThrow()
                .failingComponent())
        .contains("quoting enclave has SVN 1");
  }

  @Test
  void a_module_generation_that_nobody_published_is_refused() {
    var world = new ForgedIntel();
    world.levels.add(world.level(5, 3, "UpToDate", "2025-06-01"));
    assertThat(world.judge(tdx(world, 2, 3, 3), Policy.QVL_COMPAT).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.COLLATERAL_TDX_MODULE_MISMATCH);
    world.teeTcbSvn1 =
        0; // the module of TDX 1.0, outside the identities; SVNs compared from the first
    assertThat(world.judge(tdx(world, 2, 3, 3), Policy.STRICT).verdict())
        .isEqualTo(Verdict.TRUSTED);
  }

  @Test
  void collateral_of_the_other_tee_and_of_another_kind_is_refused() {
    var sgx = ForgedIntel.sgx();
    sgx.levels.add(sgx.level(5, 0, "UpToDate", "2025-01-01"));
    byte[] td =
        sgx.forge.tdxQuote(
            4,
            2,
            sgx.tdReport(TdReport.Layout.TD_1_0, 3, 3),
            IntelForge.qeReport(2, 4, ForgedIntel.SIGNER));
    assertThat(sgx.judge(td, Policy.QVL_COMPAT).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH);
    byte[] quote = sgx.forge.sgxQuote(3, ForgedIntel.sgxReport(), sgx.qeReport(4));
    var nothing = sgx.verifier.prepare(new NoCollateral(), ForgedIntel.NOW).orThrow();
    assertThat(
            sgx.verifier
                .verify(
                    SgxQuote.parse(quote).orThrow(),
                    nothing,
                    ForgedIntel.NOW,
                    Expected.UNBOUND,
                    Policy.STRICT)
                .verdict())
        .isEqualTo(Verdict.UNVERIFIABLE);
  }

  @Test
  void a_root_certificate_over_the_same_key_is_as_good_as_the_first() {
    var world = ForgedIntel.sgx();
    assertThat(TrustRoots.intel().names()).containsExactly("intel");
    var again = Verifier.of(TrustRoots.vendors().with("sim:other", world.forge.rootSpki()));
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    assertThat(again.prepare(world.collateral(), ForgedIntel.NOW).orThrow().rootName())
        .isEqualTo("sim:other");
  }
}
