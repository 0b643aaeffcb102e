package dev.theca.evidence.amd;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.Step;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.DerReader;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import dev.theca.wire.x509.SignatureAlgorithm;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Verifies SEV-SNP reports: the endorsement of the signing key first, then each report against it.
 */
public final class SnpVerifier {
  private final TrustRoots roots;
  private final Signatures signatures;

  public SnpVerifier(TrustRoots roots, Signatures signatures) {
    this.roots = roots;
    this.signatures = signatures;
  }

  public Outcome<VerifiedCollateral> prepare(SnpEndorsement endorsement, Instant at) {
    try {
      return Outcome.granted(prepared(endorsement, at));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private VerifiedSnp prepared(SnpEndorsement e, Instant at) throws Rejected {
    var vek = certificate(e.vek(), "VEK certificate");
    var signer = given(e.signer(), vek, "ASK certificate");
    var ark = given(e.ark(), signer, "ARK certificate");
    var rootName = roots.nameOf(ark);
    if (rootName.isEmpty())
      throw bad(
          EvidenceCode.CHAIN_UNTRUSTED,
          "root key of the chain",
          "one of " + roots.names(),
          ark.subject() + ", SPKI SHA-256 " + TrustRoots.fingerprint(ark));
    var kind = kind(vek, signer);
    var product = product(signer, kind);
    if (TrustRoots.isHardware(rootName.get())
        && !rootName.get().equals("amd-" + product.word().toLowerCase(Locale.ROOT)))
      throw bad(
          EvidenceCode.POLICY_PRODUCT,
          "root of a " + product.word(),
          "its own ARK",
          rootName.get());
    signed(ark, signer, EvidenceCode.CHAIN_INTERMEDIATE_ISSUER, "ASK certificate");
    signed(signer, vek, EvidenceCode.CHAIN_LEAF_ISSUER, "VEK certificate");
    if (!ca(signer) || !ca(ark))
      throw bad(EvidenceCode.CHAIN_BASIC_CONSTRAINTS, "ASK and ARK", "authorities", "another");
    Instant until = vek.notAfter();
    Instant from = vek.notBefore();
    for (var c : new Certificate[] {ark, signer, vek}) {
      within(c, at);
      if (c.notAfter().isBefore(until)) until = c.notAfter();
      if (c.notBefore().isAfter(from)) from = c.notBefore();
    }
    if (e.crl().isPresent()) {
      var next = list(e.crl().get(), ark, signer, at);
      if (next.isBefore(until)) until = next;
    }
    var extensions = VekExtensions.read(vek);
    if (!extensions.product().startsWith(product.word()))
      throw bad(
          EvidenceCode.CHAIN_LEAF_EXTENSIONS,
          "product in the VEK certificate",
          product.word(),
          extensions.product());
    boolean fits =
        kind == SnpReport.KeyKind.VCEK
            ? extensions.hwid().isPresent() && extensions.cspId().isEmpty()
            : extensions.hwid().isEmpty() && extensions.cspId().isPresent();
    if (!fits)
      throw bad(
          EvidenceCode.CHAIN_LEAF_EXTENSIONS,
          kind + " certificate",
          kind == SnpReport.KeyKind.VCEK ? "a chip id alone" : "a service provider alone",
          "another combination");
    var key = Signatures.ecKey(vek.key()).filter(k -> k.curve() == Curve.P384);
    if (key.isEmpty())
      throw bad(EvidenceCode.CHAIN_LEAF_INVALID, "key of the VEK", "a point on P-384", "another");
    return new VerifiedSnp(
        product, kind, key.get(), extensions, e.crl().isPresent(), rootName.get(), from, until);
  }

  private static Certificate given(Optional<byte[]> der, Certificate issued, String what)
      throws Rejected {
    if (der.isPresent()) return certificate(der.get(), what);
    return Authorities.issuerOf(issued)
        .orElseThrow(
            () ->
                bad(
                    EvidenceCode.COLLATERAL_MISSING,
                    what,
                    "one for issuer " + issued.issuer(),
                    "none"));
  }

  private static Certificate certificate(byte[] der, String what) throws Rejected {
    try {
      return Certificate.read(der);
    } catch (DerReader.Malformed e) {
      throw bad(
          EvidenceCode.FORMAT_CERTIFICATE, what, "X.509 in DER", String.valueOf(e.getMessage()));
    }
  }

  /**
   * By the names that AMD gives: CN SEV-VCEK under SEV-&lt;product&gt;, SEV-VLEK under
   * SEV-VLEK-&lt;product&gt;.
   */
  private static SnpReport.KeyKind kind(Certificate vek, Certificate signer) throws Rejected {
    String name = vek.subject().commonName();
    boolean vlekSigner = signer.subject().commonName().startsWith("SEV-VLEK-");
    if (name.equals("SEV-VCEK") && !vlekSigner) return SnpReport.KeyKind.VCEK;
    if (name.equals("SEV-VLEK") && vlekSigner) return SnpReport.KeyKind.VLEK;
    throw bad(
        EvidenceCode.CHAIN_LEAF_MISSING,
        "VEK certificate",
        "SEV-VCEK under an ASK, or SEV-VLEK under an ASVK",
        vek.subject() + " under " + signer.subject());
  }

  private static SnpReport.Product product(Certificate signer, SnpReport.KeyKind kind)
      throws Rejected {
    String name = signer.subject().commonName();
    String prefix = kind == SnpReport.KeyKind.VLEK ? "SEV-VLEK-" : "SEV-";
    var product =
        name.startsWith(prefix)
            ? SnpReport.Product.of(name.substring(prefix.length()))
            : Optional.<SnpReport.Product>empty();
    return product.orElseThrow(
        () -> bad(EvidenceCode.POLICY_PRODUCT, "product", "Milan, Genoa or Turin", name));
  }

  private static boolean ca(Certificate certificate) {
    return certificate.basicConstraints().map(Certificate.BasicConstraints::ca).orElse(false)
        && certificate.mayBeUsedFor(5);
  }

  private void signed(Certificate issuer, Certificate subject, EvidenceCode code, String what)
      throws Rejected {
    if (!subject.issuer().equals(issuer.subject()))
      throw bad(code, "issuer of the " + what, issuer.subject() + "", subject.issuer() + "");
    if (subject.algorithm() != SignatureAlgorithm.RSA_PSS_SHA384
        || !signatures.signed(issuer, subject))
      throw bad(code, what, "a signature of " + issuer.subject(), "another, or changed bytes");
  }

  private static void within(Certificate c, Instant at) throws Rejected {
    if (at.isAfter(c.notAfter()))
      throw bad(
          EvidenceCode.CHAIN_EXPIRED,
          "validity of " + c.subject(),
          "until after " + at,
          "until " + c.notAfter());
    if (at.isBefore(c.notBefore()))
      throw bad(
          EvidenceCode.CHAIN_NOT_YET_VALID,
          "validity of " + c.subject(),
          "from before " + at,
          "from " + c.notBefore());
  }

  /** AMD's lists name ASKs and ASVKs; every VEK has serial 0 and cannot be named. */
  private Instant list(byte[] der, Certificate ark, Certificate signer, Instant at)
      throws Rejected {
    Crl crl;
    try {
      crl = Crl.read(der);
    } catch (DerReader.Malformed e) {
      throw bad(
          EvidenceCode.FORMAT_CRL,
          "revocation list",
          "X.509 in DER",
          String.valueOf(e.getMessage()));
    }
    if (!crl.issuer().equals(ark.subject()))
      throw bad(
          EvidenceCode.REVOCATION_CRL_ISSUER,
          "issuer of the revocation list",
          ark.subject() + "",
          crl.issuer() + "");
    if (crl.algorithm() != SignatureAlgorithm.RSA_PSS_SHA384 || !signatures.signed(ark, crl))
      throw bad(
          EvidenceCode.REVOCATION_CRL_SIGNATURE,
          "revocation list",
          "a signature of " + ark.subject(),
          "another, or changed bytes");
    if (crl.nextUpdate().isEmpty()
        || at.isAfter(crl.nextUpdate().get())
        || at.isBefore(crl.thisUpdate()))
      throw bad(
          EvidenceCode.REVOCATION_CRL_EXPIRED,
          "validity of the revocation list",
          "around " + at,
          crl.thisUpdate() + " to " + crl.nextUpdate().map(Instant::toString).orElse("no end"));
    if (crl.revokes(signer.serial()))
      throw bad(
          EvidenceCode.REVOCATION_INTERMEDIATE,
          signer.subject() + "",
          "not revoked",
          "revoked by " + crl.issuer());
    return crl.nextUpdate().get();
  }

  private static Rejected bad(EvidenceCode code, String what, String expected, String found) {
    return new Rejected(code, Step.CHAIN, what, expected, found);
  }

  public Appraisal verify(
      SnpReport report, VerifiedSnp vek, Instant at, Expected expected, Policy policy) {
    var audit = new Audit();
    var claims = judge(report, vek, at, expected, policy, audit);
    return new Appraisal(
        audit.verdict(),
        audit.findings(),
        Optional.empty(),
        claims,
        vek.rootName(),
        vek.validUntil());
  }

  /** The report's checks into an audit that may hold others; claims once the signature held. */
  public Optional<JsonObject> judge(
      SnpReport report,
      VerifiedSnp vek,
      Instant at,
      Expected expected,
      Policy policy,
      Audit audit) {
    try {
      genuine(report, vek, at, audit);
    } catch (Rejected e) {
      audit.add(e);
      return Optional.empty();
    }
    SnpPolicy.check(report, vek, expected, policy, audit);
    return Optional.of(SnpClaims.of(report, vek));
  }

  private void genuine(SnpReport report, VerifiedSnp vek, Instant at, Audit audit) throws Rejected {
    if (at.isAfter(vek.validUntil()) || at.isBefore(vek.validFrom()))
      throw bad(
          at.isAfter(vek.validUntil())
              ? EvidenceCode.CHAIN_EXPIRED
              : EvidenceCode.CHAIN_NOT_YET_VALID,
          "validity of the endorsement",
          "around " + at,
          vek.validFrom() + " to " + vek.validUntil());
    audit.passed(EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN, "trust root", vek.rootName());
    if (report.signingKey().orElseThrow() != vek.kind())
      throw bad(
          EvidenceCode.POLICY_KEY_KIND,
          "kind of the endorsed key",
          report.signingKey().orElseThrow() + "",
          vek.kind() + "");
    var product = report.product();
    if (report.version() >= 3 && (product.isEmpty() || product.get() != vek.product()))
      throw bad(
          EvidenceCode.POLICY_PRODUCT,
          "product of the endorsed key",
          product.map(SnpReport.Product::word).orElse("a known processor in the report"),
          vek.product().word());
    var raw = report.signature();
    if (raw.isEmpty())
      throw new Rejected(
          EvidenceCode.SIGNATURE_RANGE,
          Step.REPORT,
          "signature of the report",
          "r and s of 48 bytes, zeroes after",
          "others");
    if (!signatures.ecdsa(vek.key(), "sha384", report.signedBytes(), raw.get()))
      throw new Rejected(
          EvidenceCode.SIGNATURE_EVIDENCE,
          Step.REPORT,
          "report",
          "a signature of the endorsed key",
          "another, or changed bytes");
    audit.passed(
        EvidenceCode.SIGNATURE_EVIDENCE,
        Step.REPORT,
        "signer of the report",
        "the " + vek.kind() + " of a " + vek.product().word());
    var reported = vek.product().tcb(report.reportedTcb());
    audit.check(
        reported.equals(vek.extensions().tcb()),
        EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH,
        Step.REPORT,
        "reported TCB",
        vek.extensions().tcb() + "",
        reported + "");
    chip(report, vek, audit);
  }

  private static void chip(SnpReport report, VerifiedSnp vek, Audit audit) {
    if (vek.extensions().hwid().isEmpty()) return;
    byte[] hwid = vek.extensions().hwid().get();
    byte[] chip = report.chipId();
    if (Arrays.equals(chip, new byte[64])) return; // masked: for the policy to judge
    audit.check(
        Arrays.equals(Arrays.copyOf(hwid, 64), chip),
        EvidenceCode.POLICY_PLATFORM_ID,
        Step.REPORT,
        "chip id",
        Audit.hex(hwid),
        Audit.hex(chip));
  }
}
