package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.curve.Curve;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import dev.theca.wire.x509.PublicKeyInfo;
import java.time.Instant;

/**
 * The three calls of Intel's library that judge collateral: PCK chain, TCB info, QE identity; their
 * checks in their order.
 */
final class Calls {
  private final Signatures signatures;
  private final Links links;

  Calls(Signatures signatures) {
    this.signatures = signatures;
    this.links = new Links(signatures);
  }

  /** A PCK chain whose three certificates have been told apart. */
  record Chain(Certificate leaf, Certificate intermediate, Certificate root) {}

  static Chain chain(CertificateChain chain) throws Rejected {
    var root =
        chain
            .root()
            .filter(r -> r.subject().commonName().contains(CertificateChain.ROOT))
            .orElseThrow(() -> absent(EvidenceCode.CHAIN_ROOT_MISSING, CertificateChain.ROOT));
    var intermediate =
        chain
            .intermediate()
            .orElseThrow(() -> absent(EvidenceCode.CHAIN_INTERMEDIATE_MISSING, "CA"));
    var leaf =
        chain
            .leaf()
            .orElseThrow(() -> absent(EvidenceCode.CHAIN_LEAF_MISSING, CertificateChain.LEAF));
    return new Chain(leaf, intermediate, root);
  }

  private static Rejected absent(EvidenceCode code, String name) {
    return new Rejected(
        code, Step.CHAIN, "PCK chain", "a certificate named '..." + name + "...'", "none");
  }

  /** The whole call, for a chain that comes with lists and anchor. */
  void pckChain(Chain chain, Crl rootCrl, Crl pckCrl, Anchor anchor, Instant at) throws Rejected {
    if (anchor.needsSelfSignature()) links.selfSigned(chain.root(), Step.CHAIN);
    links.issued(
        chain.root(),
        chain.intermediate(),
        EvidenceCode.CHAIN_INTERMEDIATE_ISSUER,
        Step.CHAIN,
        "PCK CA certificate");
    links.issued(
        chain.intermediate(),
        chain.leaf(),
        EvidenceCode.CHAIN_LEAF_ISSUER,
        Step.CHAIN,
        "PCK certificate");
    anchor.accept(chain.root(), EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN);
    links.list(rootCrl, chain.root(), Step.CHAIN, "root CA's revocation list");
    links.list(pckCrl, chain.intermediate(), Step.CHAIN, "PCK CA's revocation list");
    Links.notRevoked(
        rootCrl,
        chain.intermediate(),
        EvidenceCode.REVOCATION_INTERMEDIATE,
        Step.CHAIN,
        "PCK CA certificate");
    Links.notRevoked(
        pckCrl, chain.leaf(), EvidenceCode.REVOCATION_PCK, Step.CHAIN, "PCK certificate");
    Links.notExpired(chain.root(), at, EvidenceCode.CHAIN_EXPIRED, Step.CHAIN);
    Links.notExpired(chain.intermediate(), at, EvidenceCode.CHAIN_EXPIRED, Step.CHAIN);
    Links.notExpired(chain.leaf(), at, EvidenceCode.CHAIN_EXPIRED, Step.CHAIN);
    Links.window(rootCrl, at, Step.CHAIN, "root CA's revocation list");
    Links.window(pckCrl, at, Step.CHAIN, "PCK CA's revocation list");
  }

  /** The part of the call that does not need a PCK certificate: the authorities and their lists. */
  String authorities(
      Certificate ca, Certificate root, Crl rootCrl, Crl pckCrl, Anchor anchor, Instant at)
      throws Rejected {
    if (!root.subject().commonName().contains(CertificateChain.ROOT))
      throw absent(EvidenceCode.CHAIN_ROOT_MISSING, CertificateChain.ROOT);
    if (ca.selfIssued() || !ca.subject().commonName().contains("CA"))
      throw absent(EvidenceCode.CHAIN_INTERMEDIATE_MISSING, "CA");
    String name = anchor.accept(root, EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN);
    links.issued(
        root, ca, EvidenceCode.CHAIN_INTERMEDIATE_ISSUER, Step.CHAIN, "PCK CA certificate");
    links.list(rootCrl, root, Step.CHAIN, "root CA's revocation list");
    links.list(pckCrl, ca, Step.CHAIN, "PCK CA's revocation list");
    Links.notRevoked(
        rootCrl, ca, EvidenceCode.REVOCATION_INTERMEDIATE, Step.CHAIN, "PCK CA certificate");
    for (var certificate : new Certificate[] {root, ca}) {
      Links.notExpired(certificate, at, EvidenceCode.CHAIN_EXPIRED, Step.CHAIN);
      Links.begun(certificate, at, Step.CHAIN);
      Links.authority(certificate, Step.CHAIN);
    }
    Links.window(rootCrl, at, Step.CHAIN, "root CA's revocation list");
    Links.window(pckCrl, at, Step.CHAIN, "PCK CA's revocation list");
    return name;
  }

  /** The codes of a signed document's faults. */
  record DocumentCodes(EvidenceCode signature, EvidenceCode expired) {}

  static final DocumentCodes TCB_INFO =
      new DocumentCodes(
          EvidenceCode.COLLATERAL_TCB_INFO_SIGNATURE, EvidenceCode.COLLATERAL_TCB_INFO_EXPIRED);
  static final DocumentCodes QE_IDENTITY =
      new DocumentCodes(
          EvidenceCode.COLLATERAL_QE_IDENTITY_SIGNATURE,
          EvidenceCode.COLLATERAL_QE_IDENTITY_EXPIRED);

  /** A signed document under its chain of two; gives the signing certificate. */
  Certificate document(
      SignedDocument doc,
      DocumentCodes codes,
      Instant nextUpdate,
      CertificateChain chain,
      Crl rootCrl,
      Anchor anchor,
      Instant at)
      throws Rejected {
    Step step = doc.kind.step;
    var root =
        chain
            .root()
            .filter(r -> r.subject().commonName().contains(CertificateChain.ROOT))
            .orElseThrow(
                () ->
                    new Rejected(
                        EvidenceCode.CHAIN_ROOT_MISSING,
                        step,
                        "signing chain",
                        "a certificate named '..." + CertificateChain.ROOT + "...'",
                        "none"));
    if (anchor.needsSelfSignature()) links.selfSigned(root, step);
    var signer =
        chain
            .topmost()
            .filter(s -> s.subject().commonName().contains(CertificateChain.SIGNING))
            .orElseThrow(
                () ->
                    new Rejected(
                        EvidenceCode.CHAIN_SIGNING_MISSING,
                        step,
                        "signing chain",
                        "a certificate named '..." + CertificateChain.SIGNING + "...'",
                        "none"));
    links.issued(root, signer, EvidenceCode.CHAIN_SIGNING_ISSUER, step, "signing certificate");
    links.list(rootCrl, root, step, "root CA's revocation list");
    Links.notRevoked(
        rootCrl, signer, EvidenceCode.REVOCATION_SIGNING_CERT, step, "signing certificate");
    anchor.accept(root, EvidenceCode.CHAIN_SIGNING_UNTRUSTED, step);
    if (!(signer.key() instanceof PublicKeyInfo.Ec(String curve, byte[] xy))
        || !curve.equals(PublicKeyInfo.P256)
        || !signatures.ecdsa(Curve.P256, xy, "sha256", doc.signedBytes, doc.signature))
      throw new Rejected(
          codes.signature(),
          step,
          doc.kind.what,
          "a signature of " + signer.subject(),
          "another, or changed bytes");
    Links.notExpired(root, at, EvidenceCode.CHAIN_SIGNING_EXPIRED, step);
    Links.notExpired(signer, at, EvidenceCode.CHAIN_SIGNING_EXPIRED, step);
    Links.window(rootCrl, at, step, "root CA's revocation list");
    if (at.isAfter(nextUpdate))
      throw new Rejected(
          codes.expired(),
          step,
          "validity of the " + doc.kind.what,
          "until after " + at,
          "until " + nextUpdate);
    return signer;
  }
}
