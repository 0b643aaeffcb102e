package dev.theca.evidence.intel;

import dev.theca.evidence.Appraisal;
import dev.theca.evidence.EnclaveReport;
import dev.theca.evidence.EventLog;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.Policy;
import dev.theca.evidence.Step;
import dev.theca.evidence.TcbVerdict;
import dev.theca.evidence.TdxQuote;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.audit.Audit;
import dev.theca.evidence.audit.Rejected;
import dev.theca.evidence.pki.Signatures;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Verifies quotes of SGX and TDX: collateral first and once, then each quote against it. */
public final class IntelVerifier {
  private final TrustRoots roots;
  private final Calls calls;
  private final Links links;
  private final QuoteCall quoteCall;
  private final KnownChains chains;

  /**
   * @param chainBytes how many bytes of quotes' chains are remembered as parsed; 0 for none
   */
  public IntelVerifier(TrustRoots roots, Signatures signatures, int chainBytes) {
    this.roots = roots;
    this.chains = new KnownChains(chainBytes);
    this.calls = new Calls(signatures);
    this.links = new Links(signatures);
    this.quoteCall = new QuoteCall(signatures);
  }

  /** See {@link IntelQuote#platform()}. */
  public Outcome<PlatformModel> platform(IntelQuote quote) {
    return QuoteChain.platform(quote, chains);
  }

  /** See {@link IntelQuote#claimedRoot}. */
  public Outcome<String> claimedRoot(IntelQuote quote) {
    return QuoteChain.claimedRoot(quote, roots, chains);
  }

  public Outcome<VerifiedCollateral> prepare(IntelCollateral collateral, Instant at) {
    try {
      return Outcome.granted(prepared(collateral, at));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  private VerifiedIntel prepared(IntelCollateral c, Instant at) throws Rejected {
    var authorities =
        CertificateChain.parse(c.pckCrlIssuerChain(), 2, Step.CHAIN, "PCK CA's chain");
    Certificate ca = authorities.get(0);
    Certificate root = authorities.get(1);
    var rootCrl = QvlCase.crl(c.rootCaCrl(), "root CA's revocation list");
    var pckCrl = QvlCase.crl(c.pckCrl(), "PCK CA's revocation list");
    var anchor = Anchor.of(roots);
    String name = calls.authorities(ca, root, rootCrl, pckCrl, anchor, at);

    var tcbDoc = SignedDocument.read(c.tcbInfo(), SignedDocument.Kind.TCB_INFO);
    var tcbInfo = TcbInfo.read(tcbDoc);
    var tcbChain =
        CertificateChain.parse(c.tcbIssuerChain(), 2, Step.TCB_INFO, "TCB info's signing chain");
    var tcbSigner =
        calls.document(tcbDoc, Calls.TCB_INFO, tcbInfo.nextUpdate(), tcbChain, rootCrl, anchor, at);
    begun(tcbSigner, tcbInfo.issueDate(), at, Step.TCB_INFO, "TCB info");

    var qeDoc = SignedDocument.read(c.qeIdentity(), SignedDocument.Kind.QE_IDENTITY);
    var identity = QeIdentity.read(qeDoc);
    var qeChain =
        CertificateChain.parse(
            c.qeIssuerChain(), 2, Step.QE_IDENTITY, "QE identity's signing chain");
    var qeSigner =
        calls.document(
            qeDoc, Calls.QE_IDENTITY, identity.nextUpdate(), qeChain, rootCrl, anchor, at);
    begun(qeSigner, identity.issueDate(), at, Step.QE_IDENTITY, "QE identity");
    for (var chain : new CertificateChain[] {tcbChain, qeChain}) oneRoot(chain, name);

    Instant until =
        Stream.of(
                ca.notAfter(),
                root.notAfter(),
                tcbSigner.notAfter(),
                qeSigner.notAfter(),
                tcbInfo.nextUpdate(),
                identity.nextUpdate(),
                rootCrl.nextUpdate().orElseThrow(),
                pckCrl.nextUpdate().orElseThrow())
            .min(Instant::compareTo)
            .orElseThrow();
    Instant from =
        Stream.of(
                ca.notBefore(),
                tcbSigner.notBefore(),
                qeSigner.notBefore(),
                tcbInfo.issueDate(),
                identity.issueDate(),
                rootCrl.thisUpdate(),
                pckCrl.thisUpdate())
            .max(Instant::compareTo)
            .orElseThrow();
    return new VerifiedIntel(tcbInfo, identity, ca, root, pckCrl, rootCrl, name, from, until);
  }

  private void oneRoot(CertificateChain chain, String name) throws Rejected {
    String other = chain.root().flatMap(roots::nameOf).orElse("");
    if (!other.equals(name))
      throw new Rejected(
          EvidenceCode.CHAIN_SIGNING_UNTRUSTED, Step.CHAIN, "root of the documents", name, other);
  }

  private static void begun(Certificate signer, Instant issued, Instant at, Step step, String what)
      throws Rejected {
    Links.begun(signer, at, step);
    Links.noAuthority(signer, step);
    if (at.isBefore(issued))
      throw new Rejected(
          EvidenceCode.COLLATERAL_NOT_YET_VALID,
          step,
          "issue date of the " + what,
          "before " + at,
          issued.toString());
  }

  public Appraisal verify(
      IntelQuote quote, VerifiedIntel vc, Instant at, Expected expected, Policy policy) {
    var audit = new Audit();
    Optional<TcbVerdict> tcb = Optional.empty();
    Optional<JsonObject> claims = Optional.empty();
    String rootName = "";
    try {
      stillValid(vc, at);
      audit.passed(
          EvidenceCode.COLLATERAL_TCB_INFO_EXPIRED,
          Step.TCB_INFO,
          "collateral of evaluation number " + vc.tcbInfo().evaluationNumber(),
          "valid until " + vc.validUntil());
      var chain = chains.of(quote);
      var leaf = leaf(chain, vc, at, audit);
      rootName = vc.rootName();
      var pck = chain.pck();
      var in = new QuoteCall.Input(quote, leaf, pck, vc.pckCrl(), vc.tcbInfo(), vc.identity());
      var verdict = quoteCall.judge(in, audit);
      tcb = Optional.of(verdict);
      if (quote instanceof TdxQuote tdx) replay(tdx, audit);
      claims = Optional.of(IntelClaims.of(quote, pck, vc, verdict, at));
      IntelPolicy.check(quote, pck, verdict, expected, policy, audit);
    } catch (Rejected e) {
      audit.add(e);
    }
    return new Appraisal(audit.verdict(), audit.findings(), tcb, claims, rootName, vc.validUntil());
  }

  /** A log counts as a whole, or not at all: its replay must give the quoted registers. */
  private static void replay(TdxQuote quote, Audit audit) throws Rejected {
    if (quote.eventLog().isEmpty()) return;
    var log = quote.eventLog().get();
    for (int i = 0; i < 4; i++) {
      byte[] quoted = quote.report().rtmrs().get(i);
      byte[] replayed = log.replay(i + 1, EventLog.SHA384);
      if (!Arrays.equals(quoted, replayed))
        throw new Rejected(
            EvidenceCode.BINDING_EVENT_LOG,
            Step.EVENT_LOG,
            "replay of the event log for RTMR" + i,
            Audit.hex(quoted),
            Audit.hex(replayed));
    }
    audit.passed(
        EvidenceCode.BINDING_EVENT_LOG,
        Step.EVENT_LOG,
        "replay of the event log",
        log.entries().size() + " events give RTMR0 to RTMR3");
  }

  private static void stillValid(VerifiedIntel vc, Instant at) throws Rejected {
    if (at.isAfter(vc.validUntil()))
      throw new Rejected(
          EvidenceCode.COLLATERAL_TCB_INFO_EXPIRED,
          Step.TCB_INFO,
          "validity of the collateral",
          "until after " + at,
          "until " + vc.validUntil());
    if (at.isBefore(vc.validFrom()))
      throw new Rejected(
          EvidenceCode.COLLATERAL_NOT_YET_VALID,
          Step.TCB_INFO,
          "validity of the collateral",
          "from before " + at,
          "from " + vc.validFrom());
  }

  /** Of the quote's own chain, judged under the authorities that the collateral has verified. */
  private Certificate leaf(QuoteChain chain, VerifiedIntel vc, Instant at, Audit audit)
      throws Rejected {
    Certificate leaf = chain.leaf();
    Certificate ca = chain.authority();
    Certificate root = chain.root();
    if (!leaf.subject().commonName().contains(CertificateChain.LEAF))
      throw new Rejected(
          EvidenceCode.CHAIN_LEAF_MISSING,
          Step.CHAIN,
          "first certificate of the quote",
          "one named '..." + CertificateChain.LEAF + "...'",
          leaf.subject() + "");
    if (!root.equals(vc.root())) {
      String name = Anchor.of(roots).accept(root, EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN);
      if (!name.equals(vc.rootName()))
        throw new Rejected(
            EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN, "root of the quote", vc.rootName(), name);
      Links.notExpired(root, at, EvidenceCode.CHAIN_EXPIRED, Step.CHAIN);
      Links.begun(root, at, Step.CHAIN);
    }
    if (!ca.equals(vc.ca())) {
      if (!Signatures.sameKey(ca, vc.ca()) || !ca.subject().equals(vc.ca().subject()))
        throw new Rejected(
            EvidenceCode.REVOCATION_PCK_CRL_MISMATCH,
            Step.CHAIN,
            "PCK CA of the collateral",
            ca.subject() + "",
            vc.ca().subject() + "");
      links.issued(
          vc.root(), ca, EvidenceCode.CHAIN_INTERMEDIATE_ISSUER, Step.CHAIN, "PCK CA certificate");
      Links.notRevoked(
          vc.rootCrl(), ca, EvidenceCode.REVOCATION_INTERMEDIATE, Step.CHAIN, "PCK CA certificate");
      Links.authority(ca, Step.CHAIN);
      Links.notExpired(ca, at, EvidenceCode.CHAIN_EXPIRED, Step.CHAIN);
      Links.begun(ca, at, Step.CHAIN);
    }
    audit.passed(EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN, "trust root", vc.rootName());
    links.issued(ca, leaf, EvidenceCode.CHAIN_LEAF_ISSUER, Step.CHAIN, "PCK certificate");
    Links.notRevoked(vc.pckCrl(), leaf, EvidenceCode.REVOCATION_PCK, Step.CHAIN, "PCK certificate");
    Links.notExpired(leaf, at, EvidenceCode.CHAIN_EXPIRED, Step.CHAIN);
    Links.begun(leaf, at, Step.CHAIN);
    Links.noAuthority(leaf, Step.CHAIN);
    audit.passed(
        EvidenceCode.CHAIN_LEAF_ISSUER,
        Step.CHAIN,
        "issuer of the PCK certificate",
        ca.subject() + "");
    audit.passed(
        EvidenceCode.REVOCATION_PCK,
        Step.CHAIN,
        "PCK certificate",
        "not on the list of " + vc.pckCrl().thisUpdate());
    return leaf;
  }

  static EnclaveReport qeReport(IntelQuote quote) {
    return EnclaveReport.read(quote.signature().qeReport());
  }
}
