package dev.theca.evidence;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.security.MessageDigest;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Verifies SGX quotes of version 3 the way Intel's Quote Verification Library orders it: PCK chain,
 * TCB info, QE identity, quote; then policy on top. Pure: time and collateral are arguments,
 * nothing is remembered, nothing thrown for bad input.
 */
public final class SgxVerifier {
  private SgxVerifier() {}

  /**
   * Verifies collateral at a time under named roots; the expensive half, reusable for many quotes.
   */
  public static Outcome<VerifiedCollateral> prepare(
      IntelCollateral collateral, TrustRoots roots, Instant at) {
    try {
      return Outcome.granted(prepared(collateral, roots, at));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private static VerifiedCollateral prepared(IntelCollateral c, TrustRoots roots, Instant at)
      throws Rejected {
    var caChain = Chain.parse(c.pckCrlIssuerChain(), 2, "PCK CA chain");
    X509Certificate ca = caChain.getFirst();
    X509Certificate root = caChain.getLast();
    String rootName = Chain.anchor(root, roots, "PCK CA chain");
    if (!Chain.commonNameHas(ca, "CA"))
      throw new Rejected(
          EvidenceCode.CHAIN_INTERMEDIATE_MISSING,
          "PCK CA chain",
          "an intermediate CA",
          Chain.name(ca));
    if (!Chain.issued(root, ca))
      throw new Rejected(
          EvidenceCode.CHAIN_INTERMEDIATE_ISSUER, "PCK CA", "issued by " + Chain.name(root), "not");
    Chain.requireCa(ca, "PCK CA");
    X509CRL rootCrl = Chain.crl(c.rootCaCrl(), "root CRL");
    X509CRL pckCrl = Chain.crl(c.pckCrl(), "PCK CRL");
    Chain.checkCrl(rootCrl, root, "root CRL");
    Chain.checkCrl(pckCrl, ca, "PCK CRL");
    if (Chain.revoked(rootCrl, ca.getSerialNumber()))
      throw new Rejected(
          EvidenceCode.REVOCATION_INTERMEDIATE, "PCK CA", "not revoked", "revoked by the root");
    Chain.checkValid(root, at, EvidenceCode.CHAIN_EXPIRED, "PCK CA chain");
    Chain.checkValid(ca, at, EvidenceCode.CHAIN_EXPIRED, "PCK CA chain");
    Chain.checkWindow(rootCrl, at, "root CRL");
    Chain.checkWindow(pckCrl, at, "PCK CRL");

    var tcbDoc =
        SignedDocument.read(
            c.tcbInfo(),
            "tcbInfo",
            EvidenceCode.FORMAT_TCB_INFO,
            EvidenceCode.FORMAT_TCB_INFO_VALUE);
    var tcbInfo = TcbInfo.read(tcbDoc);
    Instant end =
        signed(
            tcbDoc,
            c.tcbIssuerChain(),
            roots,
            rootName,
            rootCrl,
            at,
            EvidenceCode.COLLATERAL_TCB_INFO_SIGNATURE,
            "TCB info");
    window(
        tcbInfo.issueDate(),
        tcbInfo.nextUpdate(),
        at,
        EvidenceCode.COLLATERAL_TCB_INFO_EXPIRED,
        "TCB info");

    var qeDoc =
        SignedDocument.read(
            c.qeIdentity(),
            "enclaveIdentity",
            EvidenceCode.FORMAT_QE_IDENTITY,
            EvidenceCode.FORMAT_QE_IDENTITY_VALUE);
    var qe = QeIdentity.read(qeDoc);
    Instant qeEnd =
        signed(
            qeDoc,
            c.qeIssuerChain(),
            roots,
            rootName,
            rootCrl,
            at,
            EvidenceCode.COLLATERAL_QE_IDENTITY_SIGNATURE,
            "QE identity");
    window(
        qe.issueDate(),
        qe.nextUpdate(),
        at,
        EvidenceCode.COLLATERAL_QE_IDENTITY_EXPIRED,
        "QE identity");

    Instant until =
        earliest(
            end,
            qeEnd,
            tcbInfo.nextUpdate(),
            qe.nextUpdate(),
            rootCrl.getNextUpdate().toInstant(),
            pckCrl.getNextUpdate().toInstant(),
            ca.getNotAfter().toInstant());
    return new VerifiedCollateral(tcbInfo, qe, ca, pckCrl, rootCrl, root, rootName, until);
  }

  private static Instant earliest(Instant... times) {
    return Arrays.stream(times).min(Instant::compareTo).orElseThrow();
  }

  private static Instant signed(
      SignedDocument doc,
      String pem,
      TrustRoots roots,
      String rootName,
      X509CRL rootCrl,
      Instant at,
      EvidenceCode bad,
      String what)
      throws Rejected {
    var chain = Chain.parse(pem, 2, what + " chain");
    X509Certificate signer = chain.getFirst();
    X509Certificate root = chain.getLast();
    String name = Chain.anchor(root, roots, what + " chain");
    if (!name.equals(rootName))
      throw new Rejected(EvidenceCode.CHAIN_UNTRUSTED, what + "'s root", rootName, name);
    if (!Chain.commonNameHas(signer, "SGX TCB Signing"))
      throw new Rejected(
          EvidenceCode.CHAIN_SIGNING_MISSING,
          what + " chain",
          "a certificate named 'SGX TCB Signing'",
          Chain.name(signer));
    if (!Chain.issued(root, signer))
      throw new Rejected(
          EvidenceCode.CHAIN_SIGNING_ISSUER,
          what + " signing certificate",
          "issued by " + Chain.name(root),
          "not");
    Chain.checkCrl(rootCrl, root, "root CRL");
    if (Chain.revoked(rootCrl, signer.getSerialNumber()))
      throw new Rejected(
          EvidenceCode.REVOCATION_SIGNING_CERT,
          what + " signing certificate",
          "not revoked",
          "revoked by the root");
    if (!Ecdsa.verify(signer.getPublicKey(), doc.signedBytes, doc.signature))
      throw new Rejected(
          bad, what, "a signature of " + Chain.name(signer), "another, or changed bytes");
    Chain.checkValid(root, at, EvidenceCode.CHAIN_SIGNING_EXPIRED, what + " chain");
    Chain.checkValid(signer, at, EvidenceCode.CHAIN_SIGNING_EXPIRED, what + " chain");
    return signer.getNotAfter().toInstant();
  }

  private static void window(
      Instant issued, Instant next, Instant at, EvidenceCode expired, String what) throws Rejected {
    if (at.isAfter(next)) throw new Rejected(expired, what, "a time before " + next, at.toString());
    if (at.isBefore(issued))
      throw new Rejected(
          EvidenceCode.COLLATERAL_NOT_YET_VALID, what, "a time after " + issued, at.toString());
  }

  /**
   * Judges a quote under verified collateral. {@code expected} is what the quote must be bound to.
   */
  public static Appraisal verify(
      SgxQuote quote, VerifiedCollateral collateral, Instant at, Expected expected, Policy policy) {
    var claims = new Appraisal.Claims[1];
    var tcb = new Appraisal.Tcb[1];
    var findings = new ArrayList<Refusal>();
    boolean warned = false;
    try {
      if (at.isAfter(collateral.validUntil())) {
        throw new Rejected(
            EvidenceCode.COLLATERAL_TCB_INFO_EXPIRED,
            "collateral",
            "a time before " + collateral.validUntil(),
            at.toString());
      }
      var pck = checked(quote, collateral, at);
      claims[0] = new Appraisal.Claims(quote.report(), pck.ppid(), pck.fmspc());
      tcb[0] = tcb(quote, collateral, pck);
      warned = policy.warned().contains(tcb[0].status());
      if (!warned && !policy.accepted().contains(tcb[0].status())) {
        throw new Rejected(
            tcb[0].status().code(),
            "TCB status of the platform",
            words(policy),
            tcb[0].status().word()
                + (tcb[0].advisories().isEmpty() ? "" : " because of " + tcb[0].advisories()));
      }
      policyChecks(quote, expected, policy);
    } catch (Rejected e) {
      findings.add(e.refusal());
    }
    var verdict =
        !findings.isEmpty()
            ? Appraisal.Verdict.UNTRUSTED
            : warned ? Appraisal.Verdict.TRUSTED_WITH_WARNINGS : Appraisal.Verdict.TRUSTED;
    return new Appraisal(
        verdict,
        List.copyOf(findings),
        Optional.ofNullable(claims[0]),
        collateral.rootName(),
        Optional.ofNullable(tcb[0]),
        collateral.validUntil());
  }

  private static String words(Policy policy) {
    var words = new TreeSet<String>();
    policy.accepted().forEach(s -> words.add(s.word()));
    policy.warned().forEach(s -> words.add(s.word()));
    return "one of " + words;
  }

  /** Chain, collateral match and signatures (section D of the order, without the TCB). */
  private static PckExtension checked(SgxQuote quote, VerifiedCollateral vc, Instant at)
      throws Rejected {
    var chain = Chain.parse(quote.certificationData(), 3, "PCK chain of the quote");
    X509Certificate leaf = chain.getFirst();
    X509Certificate ca = chain.get(1);
    if (!Chain.commonNameHas(leaf, "SGX PCK Certificate"))
      throw new Rejected(
          EvidenceCode.CHAIN_LEAF_MISSING,
          "PCK chain of the quote",
          "a certificate named 'SGX PCK Certificate'",
          Chain.name(leaf));
    if (!chain.getLast().getPublicKey().equals(vc.root.getPublicKey())) {
      throw new Rejected(
          EvidenceCode.CHAIN_UNTRUSTED,
          "root key of the quote's chain",
          TrustRoots.fingerprint(vc.root.getPublicKey()),
          TrustRoots.fingerprint(chain.getLast().getPublicKey()));
    }
    if (!ca.getPublicKey().equals(vc.pckCa.getPublicKey()) || !Chain.issued(vc.root, ca))
      throw new Rejected(
          EvidenceCode.CHAIN_INTERMEDIATE_ISSUER,
          "PCK CA of the quote",
          Chain.name(vc.pckCa),
          Chain.name(ca));
    var pck = PckExtension.read(leaf);
    if (!Chain.issued(vc.pckCa, leaf))
      throw new Rejected(
          EvidenceCode.CHAIN_LEAF_ISSUER,
          "PCK certificate",
          "issued by " + Chain.name(vc.pckCa),
          "not");
    if (vc.pckRevoked(leaf.getSerialNumber()))
      throw new Rejected(
          EvidenceCode.REVOCATION_PCK, "PCK certificate", "not revoked", "revoked by its CA");
    Chain.checkValid(ca, at, EvidenceCode.CHAIN_EXPIRED, "PCK chain");
    Chain.checkValid(leaf, at, EvidenceCode.CHAIN_EXPIRED, "PCK chain");
    if (!vc.tcbInfo.fmspc().equals(pck.fmspc()))
      throw new Rejected(
          EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH,
          "FMSPC of the TCB info",
          pck.fmspc(),
          vc.tcbInfo.fmspc());
    if (!vc.tcbInfo.pceId().equals(pck.pceId()))
      throw new Rejected(
          EvidenceCode.COLLATERAL_TCB_INFO_MISMATCH,
          "PCE id of the TCB info",
          pck.pceId(),
          vc.tcbInfo.pceId());
    if (!Ecdsa.verify(leaf.getPublicKey(), quote.qeReportBytes(), quote.qeReportSignature()))
      throw new Rejected(
          EvidenceCode.SIGNATURE_QE_REPORT,
          "QE report",
          "a signature of the PCK certificate",
          "another");
    var qe = EnclaveReport.read(quote.qeReportBytes());
    var hash = Digest.hasher("sha256");
    hash.update(quote.attestationKey());
    hash.update(quote.authData());
    if (!MessageDigest.isEqual(Arrays.copyOf(hash.digest(), 64), qe.reportData()))
      throw new Rejected(
          EvidenceCode.QE_REPORT_DATA,
          "report data of the QE report",
          "the hash of the attestation key",
          "another value");
    vc.qeIdentity.match(qe);
    if (qe.debug())
      throw new Rejected(
          EvidenceCode.POLICY_DEBUG, "quoting enclave", "a production enclave", "a debug enclave");
    var key = Ecdsa.key(quote.attestationKey());
    if (key.isEmpty())
      throw new Rejected(
          EvidenceCode.FORMAT_QUOTE, "attestation key", "a point on P-256", "another");
    if (!Ecdsa.verify(key.get(), quote.signedBytes(), quote.signature()))
      throw new Rejected(
          EvidenceCode.SIGNATURE_QUOTE,
          "quote",
          "a signature of its attestation key",
          "another, or changed bytes");
    return pck;
  }

  private static Appraisal.Tcb tcb(SgxQuote quote, VerifiedCollateral vc, PckExtension pck)
      throws Rejected {
    var level =
        vc.tcbInfo.levels().stream()
            .filter(l -> l.firstTooLow(pck.componentSvns(), pck.pceSvn()).isEmpty())
            .findFirst();
    if (level.isEmpty()) {
      var nearest =
          vc.tcbInfo.levels().stream()
              .min(
                  java.util.Comparator.comparingInt(
                      l -> l.tooLow(pck.componentSvns(), pck.pceSvn())))
              .orElseThrow();
      throw new Rejected(
          EvidenceCode.TCB_NOT_SUPPORTED,
          "TCB of the platform",
          "one of the published levels",
          "below all; nearest "
              + nearest.status().word()
              + " of "
              + nearest.date()
              + ": "
              + nearest.firstTooLow(pck.componentSvns(), pck.pceSvn()));
    }
    var qe = EnclaveReport.read(quote.qeReportBytes());
    var qeLevel =
        vc.qeIdentity.levels().stream().filter(l -> qe.isvSvn() >= l.isvSvn()).findFirst();
    if (qeLevel.isEmpty())
      throw new Rejected(
          EvidenceCode.TCB_NOT_SUPPORTED,
          "quoting enclave's SVN",
          "one of the published levels",
          qe.isvSvn() + "");
    var status = level.get().status().converge(qeLevel.get().status());
    var advisories = new TreeSet<>(level.get().advisories());
    advisories.addAll(qeLevel.get().advisories());
    Instant date =
        level.get().date().isBefore(qeLevel.get().date())
            ? level.get().date()
            : qeLevel.get().date();
    int number = Math.min(vc.tcbInfo.evaluationNumber(), vc.qeIdentity.evaluationNumber());
    return new Appraisal.Tcb(status, date, advisories, number, "");
  }

  private static void policyChecks(SgxQuote quote, Expected expected, Policy policy)
      throws Rejected {
    var report = quote.report();
    if (report.debug() && !policy.allowDebug())
      throw new Rejected(
          EvidenceCode.POLICY_DEBUG, "enclave", "a production enclave", "a debug enclave");
    if (!report.initialised() || !report.plausible()) {
      throw new Rejected(
          EvidenceCode.POLICY_ATTRIBUTES_RESERVED,
          "attributes of the enclave",
          "INIT and MODE64BIT, no reserved bit",
          HexFormat.of().formatHex(report.attributes()));
    }
    bound(
        expected.reportData(),
        report.reportData(),
        EvidenceCode.BINDING_REPORT_DATA,
        "report data");
    bound(
        expected.configId(),
        report.configId(),
        EvidenceCode.BINDING_INIT_DATA,
        "CONFIGID (init data)");
  }

  private static void bound(Optional<byte[]> expected, byte[] found, EvidenceCode code, String what)
      throws Rejected {
    if (expected.isPresent() && !MessageDigest.isEqual(expected.get(), found)) {
      throw new Rejected(
          code, what, HexFormat.of().formatHex(expected.get()), HexFormat.of().formatHex(found));
    }
  }

  /**
   * The SGX evidence JSON of KBS clients: {@code {"quote":"<base64>"}} (KBS protocol 0.4.0,
   * evidence of tee "sgx").
   */
  public static Outcome<SgxQuote> fromKbsEvidence(JsonObject evidence) {
    return evidence
        .requireString("quote")
        .then(
            text -> {
              try {
                return SgxQuote.parse(java.util.Base64.getDecoder().decode(text));
              } catch (IllegalArgumentException e) {
                return Outcome.refused(
                    EvidenceCode.FORMAT_QUOTE,
                    "member 'quote'",
                    "base64 text",
                    "other text",
                    "send the quote as standard base64");
              }
            });
  }
}
