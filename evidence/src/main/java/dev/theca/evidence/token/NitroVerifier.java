package dev.theca.evidence.token;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.NitroDocument;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Step;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Binding;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Verifies attestation documents of Nitro enclaves. The chain is judged at the document's own time,
 * since leaves live for hours; how old a document may be is the policy's to say.
 */
public final class NitroVerifier {
  private static final Duration SKEW = Duration.ofMinutes(5);

  private final TrustRoots roots;
  private final Signatures signatures;

  public NitroVerifier(TrustRoots roots, Signatures signatures) {
    this.roots = roots;
    this.signatures = signatures;
  }

  public Appraisal verify(NitroDocument document, Instant at, Expected expected, Policy policy) {
    var audit = new Audit();
    Optional<JsonObject> claims = Optional.empty();
    String root = "";
    Instant until = document.timestamp().plusSeconds(policy.maxAgeSeconds());
    try {
      root = chain(document, audit);
      var leaf = document.chain().getFirst();
      var token = CoseSign1.read(document.document(), "Nitro document");
      if (Signatures.ecKey(leaf.key()).filter(k -> token.signedBy(k, signatures)).isEmpty())
        throw new Rejected(
            EvidenceCode.SIGNATURE_EVIDENCE,
            Step.QUOTE,
            "Nitro document",
            "a signature of its certificate",
            "another, or changed bytes");
      audit.passed(
          EvidenceCode.SIGNATURE_EVIDENCE,
          Step.QUOTE,
          "signer of the document",
          leaf.subject() + "");
      claims = Optional.of(claims(document, root));
      checks(document, at, until, expected, policy, audit);
    } catch (Rejected e) {
      audit.add(e);
    }
    return new Appraisal(audit.verdict(), audit.findings(), Optional.empty(), claims, root, until);
  }

  private String chain(NitroDocument document, Audit audit) throws Rejected {
    var chain = document.chain();
    var name = roots.nameOf(chain.getLast());
    if (name.isEmpty())
      throw bad(
          EvidenceCode.CHAIN_UNTRUSTED,
          "root key of the chain",
          "one of " + roots.names(),
          chain.getLast().subject() + "");
    Instant at = document.timestamp();
    for (int i = 0; i < chain.size(); i++) {
      Certificate one = chain.get(i);
      if (at.isAfter(one.notAfter()) || at.isBefore(one.notBefore()))
        throw bad(
            at.isAfter(one.notAfter())
                ? EvidenceCode.CHAIN_EXPIRED
                : EvidenceCode.CHAIN_NOT_YET_VALID,
            "validity of " + one.subject(),
            "around " + at,
            one.notBefore() + " to " + one.notAfter());
      if (i == 0) continue;
      if (!one.basicConstraints().map(Certificate.BasicConstraints::ca).orElse(false)
          || one.basicConstraints().get().pathLength() < i - 1
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

  private static Rejected bad(EvidenceCode code, String what, String expected, String found) {
    return new Rejected(code, Step.CHAIN, what, expected, found);
  }

  private static void checks(
      NitroDocument document,
      Instant at,
      Instant until,
      Expected expected,
      Policy policy,
      Audit audit) {
    audit.check(
        !at.isAfter(until) && !at.isBefore(document.timestamp().minus(SKEW)),
        EvidenceCode.POLICY_FRESHNESS,
        Step.POLICY,
        "time of the document",
        "at most " + policy.maxAgeSeconds() + " s before " + at,
        document.timestamp() + "");
    boolean debug = Arrays.equals(document.pcrs().get(0), new byte[48]);
    if (!debug || !policy.allowsDebug())
      audit.check(
          !debug,
          EvidenceCode.POLICY_DEBUG,
          Step.POLICY,
          "PCR 0",
          "a measurement",
          debug ? "zero: a debug enclave" : "a measurement");
    Binding.challenge(
        audit,
        expected,
        policy,
        EvidenceCode.BINDING_NONCE,
        "nonce",
        document.nonce().orElse(new byte[0]));
    if (expected.initData().isPresent())
      Binding.exact(
          audit,
          EvidenceCode.BINDING_INIT_DATA,
          "user data (init data)",
          expected.initData().get(),
          document.userData().orElse(new byte[0]));
  }

  private static JsonObject claims(NitroDocument document, String root) {
    var out = JsonObject.builder().put("module_id", document.moduleId());
    document.pcrs().forEach((index, value) -> out.put("pcr" + index, Audit.hex(value)));
    document.publicKey().ifPresent(v -> out.put("public_key", Audit.hex(v)));
    document.userData().ifPresent(v -> out.put("user_data", Audit.hex(v)));
    return out.put("report_data", document.nonce().map(Audit::hex).orElse(""))
        .put("timestamp", document.timestamp().toString())
        .put("trust_root", root)
        .build();
  }
}
