package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import java.time.Instant;

/** The links of Intel's chains, each checked with the codes of Intel's library and in its order. */
final class Links {
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  private final Signatures signatures;

  Links(Signatures signatures) {
    this.signatures = signatures;
  }

  void selfSigned(Certificate root, Step step) throws Rejected {
    if (!root.selfIssued() || !signatures.signed(root, root))
      throw new Rejected(
          EvidenceCode.CHAIN_ROOT_NOT_SELF_SIGNED,
          step,
          "root certificate",
          "a signature of its own key",
          "another");
  }

  void issued(Certificate issuer, Certificate subject, EvidenceCode code, Step step, String what)
      throws Rejected {
    if (!subject.issuer().equals(issuer.subject()))
      throw new Rejected(
          code, step, "issuer of the " + what, issuer.subject() + "", subject.issuer() + "");
    if (!signatures.signed(issuer, subject))
      throw new Rejected(
          code, step, what, "a signature of " + issuer.subject(), "another, or changed bytes");
  }

  void list(Crl crl, Certificate issuer, Step step, String what) throws Rejected {
    if (!crl.issuer().equals(issuer.subject()))
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_ISSUER,
          step,
          "issuer of the " + what,
          issuer.subject() + "",
          crl.issuer() + "");
    if (!crl.extensions().containsKey("2.5.29.20") || !crl.extensions().containsKey("2.5.29.35"))
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_EXTENSIONS,
          step,
          what,
          "CRL number and authority key id",
          "not both");
    if (!signatures.signed(issuer, crl))
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_SIGNATURE,
          step,
          what,
          "a signature of " + issuer.subject(),
          "another, or changed bytes");
  }

  static void notRevoked(
      Crl crl, Certificate certificate, EvidenceCode code, Step step, String what) throws Rejected {
    if (crl.revokes(certificate.serial()))
      throw new Rejected(code, step, what, "not revoked", "revoked by " + crl.issuer());
  }

  static void notExpired(Certificate certificate, Instant at, EvidenceCode code, Step step)
      throws Rejected {
    if (at.isAfter(certificate.notAfter()))
      throw new Rejected(
          code,
          step,
          "validity of " + certificate.subject(),
          "until after " + at,
          "until " + certificate.notAfter());
  }

  static void begun(Certificate certificate, Instant at, Step step) throws Rejected {
    if (at.isBefore(certificate.notBefore()))
      throw new Rejected(
          EvidenceCode.CHAIN_NOT_YET_VALID,
          step,
          "validity of " + certificate.subject(),
          "from before " + at,
          "from " + certificate.notBefore());
  }

  static void window(Crl crl, Instant at, Step step, String what) throws Rejected {
    if (crl.nextUpdate().isEmpty()
        || at.isAfter(crl.nextUpdate().get())
        || at.isBefore(crl.thisUpdate()))
      throw new Rejected(
          EvidenceCode.REVOCATION_CRL_EXPIRED,
          step,
          "validity of the " + what,
          "around " + at,
          crl.thisUpdate() + " to " + crl.nextUpdate().map(Instant::toString).orElse("no end"));
  }

  /** What Intel's library does not look at: a CA must say that it is one. */
  static void authority(Certificate ca, Step step) throws Rejected {
    if (!ca.basicConstraints().map(Certificate.BasicConstraints::ca).orElse(false))
      throw new Rejected(
          EvidenceCode.CHAIN_BASIC_CONSTRAINTS, step, ca.subject() + "", "a CA", "none");
    if (!ca.mayBeUsedFor(KEY_CERT_SIGN) || !ca.mayBeUsedFor(CRL_SIGN))
      throw new Rejected(
          EvidenceCode.CHAIN_KEY_USAGE,
          step,
          ca.subject() + "",
          "usage for certificates and lists",
          "another");
  }

  static void noAuthority(Certificate leaf, Step step) throws Rejected {
    if (leaf.basicConstraints().map(Certificate.BasicConstraints::ca).orElse(false))
      throw new Rejected(
          EvidenceCode.CHAIN_BASIC_CONSTRAINTS, step, leaf.subject() + "", "no CA", "a CA");
  }
}
