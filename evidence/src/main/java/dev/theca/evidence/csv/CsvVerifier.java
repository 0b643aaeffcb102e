package dev.theca.evidence.csv;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.CsvEndorsement;
import dev.theca.evidence.CsvReport;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Step;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/** Verifies Hygon CSV reports: HRK, HSK and CEK first, then PEK and report. */
public final class CsvVerifier {
  private final TrustRoots roots;

  public CsvVerifier(TrustRoots roots) {
    this.roots = roots;
  }

  public Outcome<VerifiedCollateral> prepare(CsvEndorsement endorsement) {
    try {
      return Outcome.granted(prepared(endorsement));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  /** The root that this library carries; trust in it needs its hash among the roots. */
  static byte[] carriedRoot() {
    try (var in = CsvVerifier.class.getResourceAsStream("hrk.cert")) {
      if (in == null) throw new IllegalStateException("the library lacks hrk.cert");
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private VerifiedCsv prepared(CsvEndorsement endorsement) throws Rejected {
    byte[] file = endorsement.hrk().orElseGet(CsvVerifier::carriedRoot);
    var name = roots.nameOf(file);
    if (name.isEmpty())
      throw bad(
          EvidenceCode.CHAIN_UNTRUSTED,
          "root certificate (HRK)",
          "one of " + roots.names(),
          "another");
    var hrk = HygonCertificate.root(file);
    if (!hrk.signed(hrk, hrk.signatures().getFirst()))
      throw bad(
          EvidenceCode.CHAIN_ROOT_NOT_SELF_SIGNED,
          "root certificate (HRK)",
          "its own signature",
          "another");
    byte[] pair = endorsement.hskCek();
    if (pair.length != HygonCertificate.SHORT + HygonCertificate.LONG)
      throw bad(EvidenceCode.FORMAT_CERTIFICATE, "HSK and CEK", "2916 bytes", pair.length + "");
    var hsk = HygonCertificate.root(Arrays.copyOf(pair, HygonCertificate.SHORT));
    var cek = HygonCertificate.chip(Arrays.copyOfRange(pair, HygonCertificate.SHORT, pair.length));
    if (!hrk.signed(hsk, hsk.signatures().getFirst()))
      throw bad(EvidenceCode.CHAIN_INTERMEDIATE_ISSUER, "HSK", "a signature of the HRK", "another");
    if (cek.usage() != HygonCertificate.USAGE_CEK
        || cek.signatures().stream().noneMatch(s -> hsk.signed(cek, s)))
      throw bad(EvidenceCode.CHAIN_LEAF_ISSUER, "CEK", "a signature of the HSK", "another");
    return new VerifiedCsv(cek, name.get());
  }

  private static Rejected bad(EvidenceCode code, String what, String expected, String found) {
    return new Rejected(code, Step.CHAIN, what, expected, found);
  }

  public Appraisal verify(
      CsvReport report, VerifiedCsv verified, Expected expected, Policy policy) {
    var audit = new Audit();
    Optional<JsonObject> claims = Optional.empty();
    String root = "";
    try {
      var pek = HygonCertificate.chip(report.pek());
      boolean endorsed =
          pek.usage() == HygonCertificate.USAGE_PEK
              && pek.signatures().stream()
                  .anyMatch(
                      s ->
                          s.usage() == HygonCertificate.USAGE_CEK && verified.cek().signed(pek, s));
      if (!endorsed)
        throw bad(EvidenceCode.CHAIN_LEAF_ISSUER, "PEK", "a signature of the CEK", "another");
      audit.passed(EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN, "trust root", verified.rootName());
      if (!genuine(report, pek))
        throw new Rejected(
            EvidenceCode.SIGNATURE_EVIDENCE,
            Step.REPORT,
            "report",
            "a signature of the PEK",
            "another, or changed bytes");
      audit.passed(EvidenceCode.SIGNATURE_EVIDENCE, Step.REPORT, "signer of the report", "the PEK");
      root = verified.rootName();
      claims = Optional.of(claims(report, root));
      boolean debug = report.debugAllowed();
      if (!debug || !policy.allowsDebug())
        audit.check(
            !debug,
            EvidenceCode.POLICY_DEBUG,
            Step.POLICY,
            "guest",
            "a guest that forbids debugging",
            debug ? "a guest that allows it" : "a guest that forbids debugging");
      Binding.reportData(audit, expected, policy, report.reportData());
      Binding.noInitData(audit, expected);
    } catch (Rejected e) {
      audit.add(e);
    }
    return new Appraisal(
        audit.verdict(), audit.findings(), Optional.empty(), claims, root, verified.validUntil());
  }

  /** The report under a PEK, whoever endorsed that. */
  static boolean genuine(CsvReport report, HygonCertificate pek) {
    return report.signatureFits()
        && Sm2.verify(pek.x(), pek.y(), pek.userId(), report.signedBytes(), report.signature());
  }

  private static JsonObject claims(CsvReport report, String root) {
    int bits = report.policy();
    return JsonObject.builder()
        .put("version", 1)
        .put("measure", Audit.hex(report.measure()))
        .put("report_data", Audit.hex(report.reportData()))
        .put("user_pubkey_digest", Audit.hex(report.userPublicKeyDigest()))
        .put("vm_id", Audit.hex(report.vmId()))
        .put("vm_version", Audit.hex(report.vmVersion()))
        .put("mnonce", Audit.hex(report.nonce()))
        .put("serial_number", Audit.hex(report.serial()))
        .put(
            "policy",
            JsonObject.builder()
                .put("nodbg", bits & 1)
                .put("noks", bits >> 1 & 1)
                .put("es", bits >> 2 & 1)
                .put("nosend", bits >> 3 & 1)
                .put("domain", bits >> 4 & 1)
                .put("csv", bits >> 5 & 1)
                .put("csv3", bits >> 6 & 1)
                .put("asid_reuse", bits >> 7 & 1)
                .build())
        .put("trust_root", root)
        .build();
  }
}
