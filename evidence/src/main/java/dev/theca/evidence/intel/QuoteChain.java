package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.Step;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;

/** The certificates inside a quote. */
public final class QuoteChain {
  private QuoteChain() {}

  static CertificateChain of(IntelQuote quote) throws Rejected {
    var signature = quote.signature();
    if (signature.certificationType() != 5)
      throw new Rejected(
          EvidenceCode.FORMAT_CERTIFICATION_DATA,
          Step.CHAIN,
          "certification data of the quote",
          "type 5 (PEM chain)",
          "type " + signature.certificationType() + ", which needs a chain from elsewhere");
    return CertificateChain.parse(
        signature.certificationData(), 3, Step.CHAIN, "PCK chain of the quote");
  }

  /** See {@link IntelQuote#platform()}. */
  public static Outcome<PlatformModel> platform(IntelQuote quote) {
    try {
      var leaf = of(quote).get(0);
      var pck = PckExtension.read(leaf);
      boolean platform = leaf.issuer().commonName().contains("Platform CA");
      return Outcome.granted(
          new PlatformModel(quote.type(), pck.fmspc(), platform ? "platform" : "processor"));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  /** See {@link IntelQuote#claimedRoot}. */
  public static Outcome<String> claimedRoot(IntelQuote quote, TrustRoots roots) {
    try {
      return Outcome.granted(
          Anchor.of(roots).accept(of(quote).last(), EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }
}
