package dev.theca.evidence.intel;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.Step;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.x509.Certificate;
import org.jspecify.annotations.Nullable;

/** The certificates inside a quote, parsed and not judged. */
public final class QuoteChain {
  private final CertificateChain certificates;

  /** Read when it is first asked for, since a judgement names other faults before. */
  private volatile @Nullable PckExtension pck;

  private QuoteChain(CertificateChain certificates) {
    this.certificates = certificates;
  }

  /** The PEM text that the quote carries. */
  static byte[] bytes(IntelQuote quote) throws Rejected {
    var signature = quote.signature();
    if (signature.certificationType() != 5)
      throw new Rejected(
          EvidenceCode.FORMAT_CERTIFICATION_DATA,
          Step.CHAIN,
          "certification data of the quote",
          "type 5 (PEM chain)",
          "type " + signature.certificationType() + ", which needs a chain from elsewhere");
    return signature.certificationData();
  }

  static QuoteChain parse(byte[] pem) throws Rejected {
    return new QuoteChain(CertificateChain.parse(pem, 3, Step.CHAIN, "PCK chain of the quote"));
  }

  Certificate leaf() {
    return certificates.get(0);
  }

  Certificate authority() {
    return certificates.get(1);
  }

  Certificate root() {
    return certificates.get(2);
  }

  PckExtension pck() throws Rejected {
    var known = pck;
    if (known != null) return known;
    var read = PckExtension.read(leaf());
    pck = read;
    return read;
  }

  /** See {@link IntelQuote#platform()}. */
  public static Outcome<PlatformModel> platform(IntelQuote quote) {
    return platform(quote, new KnownChains(0));
  }

  static Outcome<PlatformModel> platform(IntelQuote quote, KnownChains chains) {
    try {
      var chain = chains.of(quote);
      boolean platform = chain.leaf().issuer().commonName().contains("Platform CA");
      return Outcome.granted(
          new PlatformModel(
              quote.type(), chain.pck().fmspc(), platform ? "platform" : "processor"));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }

  /** See {@link IntelQuote#claimedRoot}. */
  public static Outcome<String> claimedRoot(IntelQuote quote, TrustRoots roots) {
    return claimedRoot(quote, roots, new KnownChains(0));
  }

  static Outcome<String> claimedRoot(IntelQuote quote, TrustRoots roots, KnownChains chains) {
    try {
      return Outcome.granted(
          Anchor.of(roots)
              .accept(chains.of(quote).root(), EvidenceCode.CHAIN_UNTRUSTED, Step.CHAIN));
    } catch (Rejected e) {
      return Outcome.refused(e.refusal());
    }
  }
}
