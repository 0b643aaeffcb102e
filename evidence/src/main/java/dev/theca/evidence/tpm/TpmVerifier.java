package dev.theca.evidence.tpm;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.AzureVtpm;
import dev.theca.evidence.EventLog;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import dev.theca.evidence.TdxQuote;
import dev.theca.evidence.TpmAttest;
import dev.theca.evidence.TpmEvidence;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.x509.SignatureAlgorithm;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Verifies quotes of TPMs, and of Azure's virtual TPMs together with the hardware under them. */
public final class TpmVerifier {
  private static final int ALL = 0xFFFFFF;

  private final Signatures signatures;

  public TpmVerifier(Signatures signatures) {
    this.signatures = signatures;
  }

  public Appraisal verify(
      TpmEvidence evidence, VerifiedAnchors anchors, Expected expected, Policy policy) {
    var audit = new Audit();
    Optional<JsonObject> claims = Optional.empty();
    try {
      signed(evidence);
      audit.passed(
          EvidenceCode.SIGNATURE_EVIDENCE,
          Step.QUOTE,
          "signer of the quote",
          "the key that came along");
      registers(evidence.attest(), evidence.pcrs(), audit);
      String key = Digest.sha256(evidence.akSpki()).hex();
      audit.check(
          anchors.anchors().keys().stream().anyMatch(key::equalsIgnoreCase),
          EvidenceCode.POLICY_ANCHOR,
          Step.CHAIN,
          "attestation key",
          "one of the anchors",
          key);
      nonce(audit, expected, policy, evidence.attest().extraData(), 32);
      initData(audit, expected, evidence.pcrs());
      log(evidence, audit);
      claims = Optional.of(claims(evidence));
    } catch (Rejected e) {
      audit.add(e);
    }
    return new Appraisal(
        audit.verdict(),
        audit.findings(),
        Optional.empty(),
        claims,
        anchors.rootName(),
        anchors.validUntil());
  }

  private void signed(TpmEvidence e) throws Rejected {
    boolean good =
        switch (e.scheme()) {
          case RSASSA ->
              signatures.verify(
                  e.ak(),
                  e.hash().equals("sha256")
                      ? SignatureAlgorithm.RSA_PKCS1_SHA256
                      : SignatureAlgorithm.RSA_PKCS1_SHA384,
                  e.message(),
                  e.signature());
          case RSAPSS ->
              signatures.verify(
                  e.ak(),
                  e.hash().equals("sha256")
                      ? SignatureAlgorithm.RSA_PSS_SHA256
                      : SignatureAlgorithm.RSA_PSS_SHA384,
                  e.message(),
                  e.signature());
          case ECDSA ->
              Signatures.ecKey(e.ak())
                  .filter(key -> signatures.ecdsa(key, e.hash(), e.message(), e.signature()))
                  .isPresent();
        };
    if (!good) throw unsigned();
  }

  private static Rejected unsigned() {
    return new Rejected(
        EvidenceCode.SIGNATURE_EVIDENCE,
        Step.QUOTE,
        "TPM quote",
        "a signature of the attestation key",
        "another, or changed bytes");
  }

  /** The selection is what was signed; the registers that came along must be those, and all 24. */
  private static void registers(TpmAttest attest, List<byte[]> pcrs, Audit audit) throws Rejected {
    var wanted = List.of(new TpmAttest.Selection(EventLog.SHA256, ALL));
    if (!attest.selections().equals(wanted))
      throw new Rejected(
          EvidenceCode.BINDING_PCR,
          Step.QUOTE,
          "selection of registers",
          "PCR 0 to 23 of the SHA-256 bank",
          attest.selections() + "");
    var hash = Digest.hasher("sha256");
    for (byte[] pcr : pcrs) hash.update(pcr);
    byte[] digest = hash.digest();
    if (!Arrays.equals(digest, attest.pcrDigest()))
      throw new Rejected(
          EvidenceCode.BINDING_PCR,
          Step.QUOTE,
          "digest of the registers",
          Audit.hex(attest.pcrDigest()),
          Audit.hex(digest));
    audit.passed(
        EvidenceCode.BINDING_PCR, Step.QUOTE, "digest of the registers", Audit.hex(digest));
  }

  /**
   * Some attesters pad a short nonce with zeroes to 32 bytes; what is compared is the whole field.
   */
  private static void nonce(
      Audit audit, Expected expected, Policy policy, byte[] field, int padTo) {
    if (expected.reportData().isEmpty()) {
      Binding.unbound(audit, policy, "nonce");
      return;
    }
    byte[] wanted = expected.reportData().get();
    byte[] padded =
        wanted.length < padTo && field.length == padTo ? Arrays.copyOf(wanted, padTo) : wanted;
    Binding.exact(audit, EvidenceCode.BINDING_NONCE, "nonce", padded, field);
  }

  /** Init data is extended into PCR 8, once. */
  private static void initData(Audit audit, Expected expected, List<byte[]> pcrs) {
    if (expected.initData().isEmpty()) return;
    var hash = Digest.hasher("sha256");
    hash.update(new byte[32]);
    Binding.exact(
        audit,
        EvidenceCode.BINDING_INIT_DATA,
        "PCR 8 (init data)",
        hash.digest(expected.initData().get()),
        pcrs.get(8));
  }

  private static void log(TpmEvidence evidence, Audit audit) {
    if (evidence.eventLog().isEmpty()) {
      audit.add(
          Severity.NOTE,
          EvidenceCode.BINDING_EVENT_LOG,
          Step.EVENT_LOG,
          "event log",
          "one",
          "none");
      return;
    }
    var log = evidence.eventLog().get();
    for (int i = 0; i < 10; i++) {
      if (i == 8 || i == 9) continue; // what runs after the firmware extends these, outside the log
      audit.check(
          Arrays.equals(log.replay(i, EventLog.SHA256), evidence.pcrs().get(i)),
          EvidenceCode.BINDING_EVENT_LOG,
          Step.EVENT_LOG,
          "replay of the event log for PCR " + i,
          Audit.hex(evidence.pcrs().get(i)),
          Audit.hex(log.replay(i, EventLog.SHA256)));
    }
  }

  private static Map<String, JsonValue> pcrClaims(List<byte[]> pcrs) {
    var out = new LinkedHashMap<String, JsonValue>();
    for (int i = 0; i < pcrs.size(); i++)
      out.put("pcr%02d".formatted(i), new dev.theca.wire.json.JsonString(Audit.hex(pcrs.get(i))));
    return out;
  }

  private static JsonObject claims(TpmEvidence e) {
    var out = JsonObject.builder();
    pcrClaims(e.pcrs()).forEach(out::put);
    out.put("ak_public", Base64.getEncoder().encodeToString(e.akSpki()))
        .put("report_data", Audit.hex(e.attest().extraData()))
        .put("init_data", Audit.hex(e.pcrs().get(8)))
        .put("clock_safe", e.attest().clockSafe())
        .put("event_log", e.eventLog().isPresent() ? "replayed" : "absent");
    e.eventLog().ifPresent(log -> out.put("uefi_event_logs", log.claims(EventLog.SHA256)));
    return out.build();
  }

  /**
   * Azure: the TPM's quote under the paravisor's key, that key under the hardware's report, and the
   * hardware as always; {@code hardware} judges it with what it must be bound to.
   */
  public Appraisal verify(
      AzureVtpm evidence,
      Expected expected,
      Policy policy,
      BiFunction<Expected, Policy, Appraisal> hardware) {
    var audit = new Audit();
    Optional<JsonObject> vtpm = Optional.empty();
    try {
      if (!signatures.verify(
          evidence.hcl().ak(),
          SignatureAlgorithm.RSA_PKCS1_SHA256,
          evidence.message(),
          evidence.signature())) throw unsigned();
      audit.passed(
          EvidenceCode.SIGNATURE_EVIDENCE, Step.QUOTE, "signer of the TPM quote", "the vTPM's key");
      registers(evidence.attest(), evidence.pcrs(), audit);
      nonce(audit, expected, policy, evidence.attest().extraData(), 0);
      initData(audit, expected, evidence.pcrs());
      if (evidence.version() >= 2 && expected.reportData().isPresent())
        Binding.exact(
            audit,
            EvidenceCode.BINDING_REPORT_DATA,
            "user data of the VM",
            expected.reportData().get(),
            evidence.hcl().userData().orElse(new byte[0]));
      sameHardware(evidence, audit);
      vtpm = Optional.of(new JsonObject(new LinkedHashMap<>(pcrClaims(evidence.pcrs()))));
    } catch (Rejected e) {
      audit.add(e);
    }
    byte[] keyHash = Digest.hasher("sha256").digest(evidence.hcl().variableData());
    var inner = hardware.apply(Expected.reportData(keyHash), policy);
    inner.findings().forEach(audit::add);
    Optional<JsonObject> claims =
        vtpm.isPresent() && inner.claims().isPresent()
            ? Optional.of(joined(inner.claims().get(), vtpm.get(), evidence))
            : Optional.empty();
    return new Appraisal(
        audit.verdict(),
        audit.findings(),
        inner.tcb(),
        claims,
        inner.rootName(),
        inner.validUntil());
  }

  /** On TDX the paravisor's copy of the TD report and the quote must tell the same. */
  private static void sameHardware(AzureVtpm evidence, Audit audit) {
    if (!(evidence.inner() instanceof TdxQuote quote)) return;
    // TDREPORT_STRUCT: REPORTMACSTRUCT 256 (report data at 128), TEE_TCB_INFO 239 + 17, TDINFO 512
    byte[] raw = evidence.hcl().hardware();
    var report = quote.report();
    boolean same =
        Arrays.equals(raw, 128, 192, report.reportData(), 0, 64)
            && Arrays.equals(raw, 512 + 16, 512 + 64, report.mrTd(), 0, 48);
    for (int i = 0; i < 4; i++)
      same &=
          Arrays.equals(raw, 512 + 208 + 48 * i, 512 + 256 + 48 * i, report.rtmrs().get(i), 0, 48);
    audit.check(
        same,
        EvidenceCode.BINDING_KEY,
        Step.REPORT,
        "TD report of the paravisor",
        "the quote's measurements and report data",
        same ? "the quote's measurements and report data" : "others");
  }

  private static JsonObject joined(JsonObject hardware, JsonObject pcrs, AzureVtpm evidence) {
    var out = JsonObject.builder();
    hardware
        .members()
        .forEach(
            (name, value) -> {
              if (!name.equals("report_data") && !name.equals("init_data")) out.put(name, value);
            });
    return out.put("tpm", pcrs)
        .put("report_data", Audit.hex(evidence.attest().extraData()))
        .put("init_data", Audit.hex(evidence.pcrs().get(8)))
        .build();
  }
}
