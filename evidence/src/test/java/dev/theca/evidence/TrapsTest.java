package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.curve.EcKey;
import dev.theca.evidence.curve.Ecdsa;
import dev.theca.evidence.curve.ProviderEcdsa;
import dev.theca.forge.AmdForge;
import dev.theca.wire.Outcome;
import dev.theca.wire.x509.Certificate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Defects that other verifiers had, one test each; the numbers are those of the table of traps. Six
 * stand beside what they need: 6 in the collateral room, 9, 15, 21, 26 and 27 with their formats.
 */
class TrapsTest {
  private static final Instant NOW = ForgedIntel.NOW;
  private static final AmdForge MILAN = new AmdForge("Milan", NOW);
  private static final byte[] CHIP = new byte[64];

  static {
    Arrays.fill(CHIP, (byte) 7);
  }

  private static ForgedIntel tdxWorld(String platform, String module) {
    var world = new ForgedIntel();
    world.levels.add(world.level(5, 3, platform, "2025-01-01", "SA-1"));
    world.moduleLevels.add(ForgedIntel.svnLevel(2, module, "2025-01-01"));
    return world;
  }

  private static byte[] td(ForgedIntel world, int bodyType, int launch, int current) {
    return world.forge.tdxQuote(
        bodyType == 2 ? 4 : 5,
        bodyType,
        world.tdReport(TdReport.Layout.values()[bodyType - 2], launch, current),
        world.qeReport(4));
  }

  private static ForgedIntel sgxWorld() {
    var world = ForgedIntel.sgx();
    world.levels.add(world.level(5, 0, "UpToDate", "2025-01-01"));
    return world;
  }

  private static byte[] enclave(ForgedIntel world) {
    return world.forge.sgxQuote(3, ForgedIntel.sgxReport(), world.qeReport(4));
  }

  private static String code(Outcome<?> outcome) {
    return outcome instanceof Outcome.Refused<?>(var reasons)
        ? reasons.getFirst().code().id()
        : "granted";
  }

  @Test
  void trap_01_the_platforms_status_survives_a_module_identity() {
    var tcb = tdxWorldJudged("OutOfDate", "UpToDate");
    assertThat(tcb.status()).isEqualTo(TcbStatus.OUT_OF_DATE);
  }

  private static TcbVerdict tdxWorldJudged(String platform, String module) {
    var world = tdxWorld(platform, module);
    return world.judge(td(world, 2, 3, 3), Policy.QVL_COMPAT).tcb().orElseThrow();
  }

  @Test
  void trap_02_the_modules_own_svns_are_not_compared_with_the_platforms_when_there_is_a_version() {
    var world = new ForgedIntel();
    // the level asks for SVN 9 of TDX components 1 and 2, which belong to the module
    String level = world.level(5, 3, "UpToDate", "2025-01-01");
    world.levels.add(
        level.replaceFirst(
            "(tdxtcbcomponents\":\\[)\\{\"svn\":0},\\{\"svn\":0}", "$1{\"svn\":9},{\"svn\":9}"));
    world.moduleLevels.add(ForgedIntel.svnLevel(2, "UpToDate", "2025-01-01"));
    assertThat(world.judge(td(world, 2, 3, 3), Policy.STRICT).verdict()).isEqualTo(Verdict.TRUSTED);
  }

  @Test
  void trap_03_the_current_tcb_of_a_td_is_evaluated() {
    var world = tdxWorld("UpToDate", "UpToDate");
    world.levels.add(world.level(5, 2, "OutOfDate", "2024-01-01"));
    var tcb = world.judge(td(world, 3, 2, 3), Policy.QVL_COMPAT).tcb().orElseThrow();
    assertThat(tcb.status()).isEqualTo(TcbStatus.TD_RELAUNCH_ADVISED);
  }

  @Test
  void trap_04_a_qe_identity_that_nobody_signed_is_refused() {
    var world = sgxWorld();
    String body = world.identityBody();
    var forged =
        world.forge.document(
            "enclaveIdentity", body, body.replace("\"isvprodid\":1", "\"isvprodid\":9"));
    var tcb = world.forge.document("tcbInfo", world.tcbInfoBody());
    assertThat(code(world.verifier.prepare(world.collateral(tcb, forged), NOW)))
        .isEqualTo("collateral-qe-identity-signature");
  }

  @Test
  void trap_05_a_root_list_in_place_of_the_pck_list_and_a_broken_list_are_refused() {
    var world = sgxWorld();
    var good = world.collateral();
    for (byte[] list : List.of(good.rootCaCrl(), new byte[] {0x30, 0}, flipped(good.pckCrl()))) {
      var changed =
          new IntelCollateral(
              good.tcbInfo(),
              good.tcbIssuerChain(),
              good.qeIdentity(),
              good.qeIssuerChain(),
              list,
              good.pckCrlIssuerChain(),
              good.rootCaCrl());
      assertThat(world.verifier.prepare(changed, NOW).isGranted()).isFalse();
    }
  }

  private static byte[] flipped(byte[] bytes) {
    byte[] out = bytes.clone();
    out[out.length - 1] ^= 1;
    return out;
  }

  @Test
  void trap_07_json_is_verified_over_its_bytes() {
    var world = sgxWorld();
    String body = world.tcbInfoBody();
    for (String shown :
        List.of(
            body.replaceFirst(",", ", "),
            body.replaceFirst("\"fmspc\"", "\"fmsp\\\\u0063\""),
            body.substring(0, body.length() - 1) + ",\"pceId\":\"0000\"}")) {
      byte[] document = world.forge.document("tcbInfo", shown, body);
      var identity = world.forge.document("enclaveIdentity", world.identityBody());
      assertThat(world.verifier.prepare(world.collateral(document, identity), NOW).isGranted())
          .as(shown.substring(0, 60))
          .isFalse();
    }
    byte[] more = world.forge.document("tcbInfo", body);
    byte[] trailing = Arrays.copyOf(more, more.length + 1);
    trailing[more.length] = 'x';
    var identity = world.forge.document("enclaveIdentity", world.identityBody());
    assertThat(world.verifier.prepare(world.collateral(trailing, identity), NOW).isGranted())
        .isFalse();
  }

  private static final int[] LEVELS = {0, 4, 0, 24, 219};
  private static final byte[] TCB = {4, 0, 0, 0, 0, 0, 24, (byte) 219};

  private static Appraisal snp(byte[] report, byte[] vek, byte[] signer, Policy policy) {
    var verifier = Verifier.of(TrustRoots.vendors().with("sim:milan", MILAN.arkSpki()));
    var prepared =
        verifier.prepare(
            new SnpEndorsement(
                vek, Optional.of(signer), Optional.of(MILAN.ark()), Optional.empty()),
            NOW);
    if (prepared instanceof Outcome.Refused<VerifiedCollateral>(var reasons)) {
      var code = (EvidenceCode) reasons.getFirst().code();
      var finding = new Finding(code, Severity.FATAL, Step.CHAIN, "endorsement", "good", "bad");
      return new Appraisal(
          Verdict.UNTRUSTED, List.of(finding), Optional.empty(), Optional.empty(), "", NOW);
    }
    return verifier.verify(
        SnpReport.parse(report).orThrow(),
        prepared.orThrow(),
        NOW,
        Expected.reportData(new byte[64]),
        policy);
  }

  private static byte[] milan(int version, int... cpuid) {
    return MILAN.sign(AmdForge.report(version, cpuid, TCB, CHIP, false).array());
  }

  @Test
  void trap_08_genuine_but_unusual_input_is_judged_and_does_not_crash() {
    for (int model : new int[] {0xA0, 0xAF, 0xFF}) {
      var appraisal =
          snp(milan(5, 0x19, model, 2), MILAN.vek(LEVELS, CHIP), MILAN.ask(), Policy.STRICT);
      assertThat(appraisal.refusals().getFirst().code()).isEqualTo(EvidenceCode.POLICY_PRODUCT);
    }
  }

  @Test
  void trap_10_the_chip_in_the_certificate_is_compared_and_the_whole_range_of_models_is_known() {
    byte[] other = CHIP.clone();
    other[63] ^= 1;
    assertThat(
            snp(milan(3, 0x19, 1, 1), MILAN.vek(LEVELS, other), MILAN.ask(), Policy.STRICT)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_PLATFORM_ID);
    var siena = AmdForge.report(5, new int[] {0x19, 0xAF, 1}, TCB, CHIP, false).array();
    assertThat(SnpReport.parse(siena).orThrow().product()).contains(SnpReport.Product.GENOA);
  }

  @Test
  void trap_11_a_vlek_is_no_vcek_whatever_comes_first() {
    assertThat(
            snp(milan(3, 0x19, 1, 1), MILAN.vek(LEVELS, new byte[0]), MILAN.asvk(), Policy.STRICT)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_KEY_KIND);
  }

  @Test
  void trap_12_debug_guests_and_host_requested_reports_are_refused() {
    var debug =
        AmdForge.report(3, new int[] {0x19, 1, 1}, TCB, CHIP, false).putLong(8, 0x30000 | 1 << 19);
    assertThat(
            snp(MILAN.sign(debug.array()), MILAN.vek(LEVELS, CHIP), MILAN.ask(), Policy.STANDARD)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_DEBUG);
    var host = AmdForge.report(3, new int[] {0x19, 1, 1}, TCB, CHIP, false).putInt(0x30, -1);
    assertThat(
            snp(MILAN.sign(host.array()), MILAN.vek(LEVELS, CHIP), MILAN.ask(), Policy.STANDARD)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_VMPL);
  }

  @Test
  void trap_13_every_version_from_2_to_5_is_accepted() {
    for (int version : new int[] {2, 3, 4, 5})
      assertThat(
              snp(milan(version, 0x19, 1, 1), MILAN.vek(LEVELS, CHIP), MILAN.ask(), Policy.STRICT)
                  .verdict())
          .as("version " + version)
          .isEqualTo(Verdict.TRUSTED);
  }

  @Test
  void trap_14_a_root_that_comes_with_the_evidence_is_compared_and_not_believed() {
    var stranger = Verifier.of(TrustRoots.vendors());
    var endorsement =
        new SnpEndorsement(
            MILAN.vek(LEVELS, CHIP),
            Optional.of(MILAN.ask()),
            Optional.of(MILAN.ark()),
            Optional.empty());
    assertThat(code(stranger.prepare(endorsement, NOW))).isEqualTo("chain-untrusted");
    // broken authorities that an AWS guest ships do no harm: the library's own are taken
    var carried =
        new SnpReport(
            milan(3, 0x19, 1, 1),
            Map.of(
                SnpReport.Certificate.ASK,
                new byte[] {1},
                SnpReport.Certificate.ARK,
                new byte[] {2}));
    assertThat(carried.carried()).hasSize(2);
  }

  @Test
  void trap_16_an_empty_expectation_does_not_switch_the_comparison_off() {
    var world = sgxWorld();
    var vc = world.verifier.prepare(world.collateral(), NOW).orThrow();
    var quote = SgxQuote.parse(enclave(world)).orThrow();
    for (var expected :
        List.of(
            Expected.reportData(new byte[0]), Expected.reportData(new byte[1]), Expected.UNBOUND))
      assertThat(world.verifier.verify(quote, vc, NOW, expected, Policy.STANDARD).verdict())
          .isEqualTo(Verdict.UNTRUSTED);
  }

  @Test
  void trap_17_zero_and_overlarge_signatures_are_no_signatures() {
    var g = ProviderEcdsa.ofJdk();
    byte[] zero = new byte[64];
    byte[] high = new byte[64];
    Arrays.fill(high, (byte) 0xFF);
    var world = sgxWorld();
    var key =
        EcKey.of(Curve.P256, SgxQuote.parse(enclave(world)).orThrow().signature().attestationKey())
            .orElseThrow();
    for (byte[] signature : List.of(zero, high)) {
      assertThat(new Ecdsa(1).verify(key, new byte[32], signature)).isFalse();
      assertThat(g.verify(key, new byte[32], signature)).isFalse();
    }
    assertThat(EcKey.of(Curve.P256, zero)).isEmpty();
  }

  @Test
  void trap_18_a_root_is_pinned_by_its_key() {
    var world = sgxWorld();
    var certificate = Certificate.parse(world.forge.rootCertificate()).orThrow();
    assertThat(world.verifier.roots().nameOf(certificate)).contains("sim:forge");
    assertThat(world.verifier.roots().fingerprints())
        .containsValue(TrustRoots.fingerprint(certificate));
  }

  @Test
  void trap_19_what_is_not_yet_valid_is_refused() {
    var world = sgxWorld();
    world.issueDate = ForgedIntel.date(NOW.plusSeconds(5));
    assertThat(code(world.verifier.prepare(world.collateral(), NOW)))
        .isEqualTo("collateral-not-yet-valid");
  }

  @Test
  void trap_20_verified_collateral_ends() {
    var world = sgxWorld();
    world.nextUpdate = ForgedIntel.date(NOW.plusSeconds(10));
    assertThat(
            world
                .judge(enclave(world), Policy.STRICT, NOW.plusSeconds(11))
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.COLLATERAL_TCB_INFO_EXPIRED);
  }

  @Test
  void trap_22_a_product_can_be_denied() {
    var policy = Policy.STRICT.with(p -> p.denyProducts(java.util.Set.of("milan")));
    assertThat(
            snp(milan(3, 0x19, 1, 1), MILAN.vek(LEVELS, CHIP), MILAN.ask(), policy)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.POLICY_PRODUCT);
  }

  @Test
  void trap_23_a_zero_byte_after_the_chain_is_no_matter_and_another_order_is() {
    var world = sgxWorld();
    var good = world.collateral();
    String chain = good.tcbIssuerChain();
    var ended =
        new IntelCollateral(
            good.tcbInfo(),
            chain + "\0",
            good.qeIdentity(),
            chain,
            good.pckCrl(),
            good.pckCrlIssuerChain() + "\n",
            good.rootCaCrl());
    assertThat(code(world.verifier.prepare(ended, NOW))).isEqualTo("granted");
    String authorities = good.pckCrlIssuerChain();
    int second = authorities.indexOf("-----BEGIN", 10);
    var turned =
        new IntelCollateral(
            good.tcbInfo(),
            chain,
            good.qeIdentity(),
            chain,
            good.pckCrl(),
            authorities.substring(second) + authorities.substring(0, second),
            good.rootCaCrl());
    assertThat(world.verifier.prepare(turned, NOW).isGranted()).isFalse();
  }

  @Test
  void trap_24_a_patch_level_above_127_has_two_content_bytes() {
    assertThat(
            snp(milan(3, 0x19, 1, 1), MILAN.vek(LEVELS, CHIP), MILAN.ask(), Policy.STRICT)
                .verdict())
        .isEqualTo(Verdict.TRUSTED); // microcode 219, and SVN 200 in every forged PCK certificate
  }

  @Test
  void trap_25_little_endian_signatures_are_turned_round() {
    byte[] report = milan(3, 0x19, 1, 1);
    byte[] big = report.clone();
    for (int field : new int[] {0x2A0, 0x2E8})
      for (int i = 0; i < 48; i++) big[field + i] = report[field + 47 - i];
    assertThat(
            snp(big, MILAN.vek(LEVELS, CHIP), MILAN.ask(), Policy.STRICT)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.SIGNATURE_EVIDENCE);
  }

  @Test
  void trap_28_providers_that_throw_and_providers_that_say_no_give_one_code() {
    var world = sgxWorld();
    byte[] bad = enclave(world);
    bad[440] ^= 1;
    for (var verifier : List.of(world.verifier, Verifier.withJdkCrypto(world.verifier.roots()))) {
      var vc = verifier.prepare(world.collateral(), NOW).orThrow();
      var appraisal =
          verifier.verify(
              SgxQuote.parse(bad).orThrow(),
              vc,
              NOW,
              Expected.reportData(ForgedIntel.DATA),
              Policy.STRICT);
      assertThat(appraisal.refusals().getFirst().code()).isEqualTo(EvidenceCode.SIGNATURE_QUOTE);
    }
  }

  @Test
  void trap_29_an_events_data_is_a_fact_only_when_it_was_measured() {
    byte[] data = "grub_cmd".getBytes(StandardCharsets.US_ASCII);
    var lying = new EventLog.Entry(1, 0xD, Map.of(EventLog.SHA384, new byte[48]), data);
    var noAction = new EventLog.Entry(1, 3, Map.of(EventLog.SHA384, new byte[48]), data);
    assertThat(lying.dataIsMeasured(EventLog.SHA384)).isFalse();
    var log = new EventLog(List.of(noAction), Optional.empty());
    assertThat(log.replay(1, EventLog.SHA384)).isEqualTo(new byte[48]);
  }

  @Test
  void trap_29_a_log_that_does_not_replay_makes_the_quote_untrusted() {
    var world = tdxWorld("UpToDate", "UpToDate");
    var quote = TdxQuote.parse(td(world, 2, 3, 3)).orThrow();
    var vc = world.verifier.prepare(world.collateral(), NOW).orThrow();
    var event = new EventLog.Entry(2, 0xD, Map.of(EventLog.SHA384, new byte[48]), new byte[1]);
    var empty = new EventLog(List.of(), Optional.empty());
    var expected = Expected.reportData(ForgedIntel.DATA);
    assertThat(world.verifier.verify(quote.with(empty), vc, NOW, expected, Policy.STRICT).verdict())
        .isEqualTo(Verdict.TRUSTED);
    var other = new EventLog(List.of(event), Optional.empty());
    assertThat(
            world
                .verifier
                .verify(quote.with(other), vc, NOW, expected, Policy.STRICT)
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.BINDING_EVENT_LOG);
  }

  @Test
  void trap_30_expected_data_longer_than_the_field_is_refused_and_not_cut() {
    var world = sgxWorld();
    var vc = world.verifier.prepare(world.collateral(), NOW).orThrow();
    var quote = SgxQuote.parse(enclave(world)).orThrow();
    byte[] longer = Arrays.copyOf(ForgedIntel.DATA, 65);
    var appraisal =
        world.verifier.verify(quote, vc, NOW, Expected.reportData(longer), Policy.STANDARD);
    assertThat(appraisal.refusals().getFirst().found()).isEqualTo("65 bytes");
  }
}
