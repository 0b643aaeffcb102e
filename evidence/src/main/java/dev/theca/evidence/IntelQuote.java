package dev.theca.evidence;

import dev.theca.evidence.intel.QuoteChain;
import dev.theca.wire.Outcome;

/** A quote of SGX or TDX. */
public sealed interface IntelQuote extends Evidence permits SgxQuote, TdxQuote {
  /** The quote's version, 3 to 5. */
  int version();

  /** Attestation key, signatures and certification data. */
  QuoteSignature signature();

  /** What the attestation key signed. */
  byte[] signedBytes();

  /**
   * The platform's model as its certificate names it, to look up collateral; nothing is verified.
   */
  default Outcome<PlatformModel> platform() {
    return QuoteChain.platform(this);
  }

  /**
   * Which of the trust roots the quote's chain claims to end in; for an early and clear refusal,
   * since nothing else is verified here.
   */
  default Outcome<String> claimedRoot(TrustRoots roots) {
    return QuoteChain.claimedRoot(this, roots);
  }
}
