package dev.theca.evidence.nvidia;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.NvidiaReport;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Severity;
import dev.theca.evidence.Step;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Verifies the evidence of a GPU: chain, firmware id, nonce, signature. Golden measurements (RIM)
 * and the revocation of device certificates (OCSP) come from NVIDIA's services, which this room
 * does not ask; without them the verdict is at most "trusted with warnings".
 */
public final class NvidiaVerifier {
  private static final String DICE = "2.23.133.5.4.1";
  private static final int FWID = 20;

  private final TrustRoots roots;
  private final Signatures signatures;

  public NvidiaVerifier(TrustRoots roots, Signatures signatures) {
    this.roots = roots;
    this.signatures = signatures;
  }

  public Appraisal verify(NvidiaReport report, Instant at, Expected expected, Policy policy) {
    var audit = new Audit();
    Optional<JsonObject> claims = Optional.empty();
    String root = "";
    Instant until =
        report.chain().stream().map(Certificate::notAfter).min(Instant::compareTo).orElse(at);
    try {
      root = chain(report, at, audit);
      firmware(report, audit);
      var key =
          Signatures.ecKey(report.chain().getFirst().key()).filter(k -> k.curve() == Curve.P384);
      if (key.isEmpty()
          || !signatures.ecdsa(key.get(), "sha384", report.signedBytes(), report.signature()))
        throw new Rejected(
            EvidenceCode.SIGNATURE_EVIDENCE,
            Step.REPORT,
            "measurements",
            "a signature of the device's key",
            "another, or changed bytes");
      audit.passed(
          EvidenceCode.SIGNATURE_EVIDENCE,
          Step.REPORT,
          "signer of the measurements",
          report.chain().getFirst().subject() + "");
      claims = Optional.of(NvidiaClaims.of(report, root));
      audit.add(
          Severity.WARNING,
          EvidenceCode.POLICY_REFERENCE,
          Step.POLICY,
          "golden measurements and revocation of the device",
          "RIMs and OCSP answers",
          "none: they come from a service");
      Binding.challenge(
          audit, expected, policy, EvidenceCode.BINDING_NONCE, "nonce", report.nonce());
      Binding.noInitData(audit, expected);
    } catch (Rejected e) {
      audit.add(e);
    }
    return new Appraisal(audit.verdict(), audit.findings(), Optional.empty(), claims, root, until);
  }

  private String chain(NvidiaReport report, Instant at, Audit audit) throws Rejected {
    var chain = report.chain();
    var name = roots.nameOf(chain.getLast());
    if (name.isEmpty())
      throw bad(
          EvidenceCode.CHAIN_UNTRUSTED,
          "root key of the chain",
          "one of " + roots.names(),
          chain.getLast().subject() + "");
    for (int i = 0; i < chain.size(); i++) {
      Certificate one = chain.get(i);
      if (at.isAfter(one.notAfter()))
        throw bad(
            EvidenceCode.CHAIN_EXPIRED,
            "validity of " + one.subject(),
            "until after " + at,
            one.notAfter() + "");
      if (at.isBefore(one.notBefore()))
        throw bad(
            EvidenceCode.CHAIN_NOT_YET_VALID,
            "validity of " + one.subject(),
            "from before " + at,
            one.notBefore() + "");
      if (i == 0) continue;
      if (!one.basicConstraints().map(Certificate.BasicConstraints::ca).orElse(false)
          || !one.mayBeUsedFor(5))
        throw bad(EvidenceCode.CHAIN_BASIC_CONSTRAINTS, one.subject() + "", "an authority", "none");
      Certificate below = chain.get(i - 1);
      if (!below.issuer().equals(one.subject()) || !signatures.signed(one, below))
        throw bad(
            EvidenceCode.CHAIN_LEAF_ISSUER,
            below.subject() + "",
            "issued by " + one.subject(),
            "not");
    }
    audit.passed(EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN, "trust root", name.get());
    return name.get();
  }

  /** The leaf names the firmware it was made for; the device must run that firmware. */
  private static void firmware(NvidiaReport report, Audit audit) throws Rejected {
    var dice = report.chain().getFirst().extension(DICE);
    if (!report.opaque().containsKey(FWID)) {
      audit.add(
          Severity.WARNING,
          EvidenceCode.BINDING_KEY,
          Step.CHAIN,
          "firmware id (FWID)",
          "one",
          "none stated");
      return;
    }
    byte[] running = report.opaque().get(FWID);
    boolean same =
        dice.isPresent()
            && running.length == 48
            && dice.get().length >= 48
            && Arrays.equals(
                dice.get(), dice.get().length - 48, dice.get().length, running, 0, running.length);
    if (!same)
      throw bad(
          EvidenceCode.BINDING_KEY, "firmware id (FWID)", "the certificate's", Audit.hex(running));
    audit.passed(EvidenceCode.BINDING_KEY, Step.CHAIN, "firmware id (FWID)", Audit.hex(running));
  }

  private static Rejected bad(EvidenceCode code, String what, String expected, String found) {
    return new Rejected(code, Step.CHAIN, what, expected, found);
  }
}
