package dev.theca.evidence;

import dev.theca.evidence.intel.QuoteReader;
import dev.theca.wire.Outcome;

/**
 * An SGX quote of version 3, 4 or 5 with an ECDSA P-256 attestation key (Intel SGX ECDSA quote
 * library and Intel TDX DCAP quoting library, "Quote Format"). Parsed, not verified.
 *
 * @param signedBytes what the attestation key signed: header, descriptor where there is one, body
 */
public record SgxQuote(
    int version, EnclaveReport report, QuoteSignature signature, byte[] signedBytes)
    implements IntelQuote {
  /** Reads a quote of version 3, or one of a later version with an enclave report. */
  public static Outcome<SgxQuote> parse(byte[] bytes) {
    return QuoteReader.parse(bytes)
        .then(
            quote ->
                quote instanceof SgxQuote sgx
                    ? Outcome.granted(sgx)
                    : Outcome.refused(
                        EvidenceCode.FORMAT_QUOTE,
                        "quote",
                        "an SGX quote",
                        "a TDX quote",
                        "say that the TEE is TDX"));
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.SGX;
  }
}
