package dev.theca.evidence;

import dev.theca.evidence.intel.QuoteReader;
import dev.theca.wire.Outcome;
import java.util.Optional;

/**
 * A TDX quote of version 4 or 5 (Intel TDX DCAP quoting library, "Quote Format"). Parsed, not
 * verified.
 *
 * @param eventLog the measured boot log that came along; unverified
 * @param signedBytes what the attestation key signed: header, descriptor where there is one, body
 */
public record TdxQuote(
    int version,
    TdReport report,
    QuoteSignature signature,
    byte[] signedBytes,
    Optional<EventLog> eventLog)
    implements IntelQuote {
  /** The same quote with the log of its boot. */
  public TdxQuote with(EventLog log) {
    return new TdxQuote(version, report, signature, signedBytes, Optional.of(log));
  }

  /** Reads a quote of version 4 or 5. */
  public static Outcome<TdxQuote> parse(byte[] bytes) {
    return QuoteReader.parse(bytes)
        .then(
            quote ->
                quote instanceof TdxQuote tdx
                    ? Outcome.granted(tdx)
                    : Outcome.refused(
                        EvidenceCode.FORMAT_QUOTE,
                        "quote",
                        "a TDX quote",
                        "an SGX quote",
                        "say that the TEE is SGX"));
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.TDX;
  }
}
