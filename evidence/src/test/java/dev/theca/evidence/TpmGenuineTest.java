package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.intel.IntelCases;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.x509.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Genuine TPM quotes, Azure evidence and event logs. */
class TpmGenuineTest {
  private final Verifier verifier = Verifier.of(TrustRoots.vendors());

  private static JsonObject json(String name) {
    return Json.object(Vectors.bytes(name)).orThrow();
  }

  private static TpmEvidence tpm() {
    return (TpmEvidence)
        EvidenceParser.parse(EvidenceType.TPM, json("tpm/trustee/tpm_evidence.json")).orThrow();
  }

  private Appraisal judged(TpmEvidence quote, Set<String> keys, Expected expected) {
    var anchors = verifier.prepare(new TpmAnchors("enrolled", keys), Instant.EPOCH).orThrow();
    return verifier.verify(quote, anchors, Instant.EPOCH, expected, Policy.STRICT);
  }

  @Test
  void trap_15_a_tpm_quote_is_believed_under_an_enrolled_key_only() {
    var quote = tpm();
    String key = Digest.sha256(quote.akSpki()).hex();
    byte[] nonce = quote.attest().extraData();
    var good = judged(quote, Set.of(key), Expected.reportData(nonce));
    assertThat(good.trusted()).as(good.refusals() + "").isTrue();
    assertThat(good.hardware()).isFalse(); // nobody but the enroller vouches
    assertThat(good.claims().orElseThrow().members()).containsKeys("pcr00", "pcr23", "ak_public");
    assertThat(judged(quote, Set.of(), Expected.reportData(nonce)).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.POLICY_ANCHOR);
    assertThat(
            judged(quote, Set.of(key), Expected.reportData(new byte[32]))
                .refusals()
                .getFirst()
                .code())
        .isEqualTo(EvidenceCode.BINDING_NONCE);
    var init = Expected.reportData(nonce).withInitData(new byte[32]);
    assertThat(judged(quote, Set.of(key), init).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.BINDING_INIT_DATA);
  }

  @Test
  void trap_15_a_changed_register_or_message_is_refused() {
    var quote = tpm();
    String key = Digest.sha256(quote.akSpki()).hex();
    var pcrs = new java.util.ArrayList<>(quote.pcrs());
    pcrs.set(5, Digest.sha256(new byte[1]).toBytes());
    var changed =
        new TpmEvidence(
            quote.message(),
            quote.attest(),
            quote.scheme(),
            quote.hash(),
            quote.signature(),
            pcrs,
            quote.akSpki(),
            quote.ak(),
            quote.eventLog());
    var expected = Expected.reportData(quote.attest().extraData());
    assertThat(judged(changed, Set.of(key), expected).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.BINDING_PCR);
    byte[] message = quote.message().clone();
    message[60] ^= 1;
    var forged =
        new TpmEvidence(
            message,
            quote.attest(),
            quote.scheme(),
            quote.hash(),
            quote.signature(),
            quote.pcrs(),
            quote.akSpki(),
            quote.ak(),
            quote.eventLog());
    assertThat(judged(forged, Set.of(key), expected).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.SIGNATURE_EVIDENCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evidence-v0.json", "evidence-v1.json"})
  void azures_evidence_on_snp_is_believed_as_a_whole(String file) {
    var azure =
        (AzureVtpm)
            EvidenceParser.parse(EvidenceType.AZ_SNP_VTPM, json("az-snp-vtpm/trustee/" + file))
                .orThrow();
    var report = (SnpReport) azure.inner();
    byte[] vcek = report.carried().get(SnpReport.Certificate.VCEK);
    Instant at = Certificate.parse(vcek).orThrow().notBefore().plus(Duration.ofDays(10));
    var vek = verifier.prepare(SnpEndorsement.of(vcek), at).orThrow();
    var expected = Expected.reportData(azure.attest().extraData());
    var good = verifier.verify(azure, vek, at, expected, Policy.STRICT);
    assertThat(good.trusted()).as(good.refusals() + "").isTrue();
    assertThat(good.claims().orElseThrow().object("tpm").orElseThrow().members()).hasSize(24);
    assertThat(good.claims().orElseThrow().members()).containsKeys("measurement");
    var other = verifier.verify(azure, vek, at, Expected.reportData(new byte[48]), Policy.STRICT);
    assertThat(other.trusted()).isFalse();
    byte[] bad = azure.hcl().variableData().clone();
    bad[bad.length - 3] ^= 1;
    var hcl = azure.hcl();
    var swapped =
        new AzureVtpm(
            azure.type(),
            azure.version(),
            azure.message(),
            azure.attest(),
            azure.signature(),
            azure.pcrs(),
            new HclReport(hcl.hardware(), hcl.reportType(), bad, hcl.ak(), hcl.userData()),
            azure.inner());
    assertThat(verifier.verify(swapped, vek, at, expected, Policy.STRICT).trusted()).isFalse();
  }

  @Test
  void azures_evidence_on_tdx_is_believed_as_a_whole() {
    var azure =
        (AzureVtpm)
            EvidenceParser.parse(
                    EvidenceType.AZ_TDX_VTPM, json("az-tdx-vtpm/trustee/evidence-v0.json"))
                .orThrow();
    var quote = (TdxQuote) azure.inner();
    var model = quote.platform().orThrow();
    var one =
        IntelCases.all().stream()
            .filter(c -> c.string("tee").orElse("").equals("TDX"))
            .filter(c -> c.string("fmspc").orElse("").equals(model.fmspc()))
            .filter(c -> c.object("expected").orElseThrow().integer("quote").orElse(0L) != 49)
            .findFirst()
            .orElseThrow();
    Instant at = Instant.ofEpochSecond(one.integer("time").orElseThrow());
    var vc = verifier.prepare(IntelCases.collateral(one), at).orThrow();
    var policy = Policy.QVL_COMPAT;
    var good =
        verifier.verify(azure, vc, at, Expected.reportData(azure.attest().extraData()), policy);
    assertThat(good.trusted()).as(good.refusals() + "").isTrue();
    assertThat(good.hardware()).isTrue();
  }

  @Test
  void a_td_whose_log_replays_to_its_registers_is_believed_and_a_cut_log_is_not() {
    var log = EventLog.parse(Vectors.bytes("eventlog/go-tdx-guest-ccel/ccel_data.dat")).orThrow();
    var quote =
        TdxQuote.parse(Vectors.bytes("eventlog/go-tdx-guest-ccel/cos-113-tdx-quote.dat")).orThrow();
    for (int i = 0; i < 4; i++)
      assertThat(log.replay(i + 1, EventLog.SHA384))
          .as("RTMR" + i)
          .isEqualTo(quote.report().rtmrs().get(i));
    assertThat(log.covers(EventLog.SHA384)).isTrue();
    var cut =
        new EventLog(log.entries().subList(0, log.entries().size() - 1), log.startupLocality());
    boolean same = true;
    for (int i = 0; i < 4; i++)
      same &= Arrays.equals(cut.replay(i + 1, EventLog.SHA384), quote.report().rtmrs().get(i));
    assertThat(same).isFalse();
  }

  @Test
  void events_are_named_as_trustee_names_them() {
    for (String name : List.of("CCEL_data_grub", "CCEL_data_ovmf")) {
      var log = EventLog.parse(Vectors.bytes("eventlog/trustee-ccel/" + name)).orThrow();
      var wanted =
          json("eventlog/trustee-ccel/" + name + "_out.json")
              .array("uefi_event_logs")
              .orElseThrow();
      var found = log.claims(EventLog.SHA384).items();
      assertThat(found).hasSameSizeAs(wanted);
      for (int i = 0; i < found.size(); i++)
        for (String member :
            List.of("index", "type_name", "digests", "event", "digest_matches_event"))
          assertThat(member(found.get(i), member))
              .as(name + " " + i)
              .isEqualTo(member(wanted.get(i), member));
    }
  }

  private static String member(JsonValue event, String name) {
    return new String(
        Json.canonical(((JsonObject) event).members().get(name)),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void every_recorded_log_parses_and_no_cut_or_changed_one_throws() {
    for (String name :
        List.of(
            "trustee-ccel/CCEL_data_gcp",
            "trustee-ccel/CCEL_data_csv",
            "go-tpm-tools/cos-101-amd-sev.bin",
            "go-tpm-tools/rhel8-uefi.bin",
            "go-tpm-tools/debian-10.bin",
            "go-tpm-tools/confidential-gke-debug-251000_eventlog.bin")) {
      byte[] good = Vectors.bytes("eventlog/" + name);
      assertThat(EventLog.parse(good)).as(name).isInstanceOf(Outcome.Granted.class);
      for (int i = 0; i < Math.min(good.length, 4000); i += 7) {
        EventLog.parse(Arrays.copyOf(good, i));
        byte[] bad = good.clone();
        bad[i] ^= (byte) 0x81;
        EventLog.parse(bad);
      }
    }
  }
}
