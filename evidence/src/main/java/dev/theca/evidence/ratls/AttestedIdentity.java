package dev.theca.evidence.ratls;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.TdxQuote;
import dev.theca.wire.Outcome;
import java.util.Arrays;
import java.util.HexFormat;

/** Who a peer must be, once its evidence is believed. Combine with {@link #or}. */
@FunctionalInterface
public interface AttestedIdentity {
  /** Whether a believed quote is of an expected peer; the refusal says what was expected. */
  Outcome<IntelQuote> check(IntelQuote quote);

  /** An enclave by its measurement, 64 hex digits. */
  static AttestedIdentity mrEnclave(String hex) {
    byte[] wanted = HexFormat.of().parseHex(hex);
    return quote ->
        quote instanceof SgxQuote sgx && Arrays.equals(sgx.report().mrEnclave(), wanted)
            ? Outcome.granted(quote)
            : other("MRENCLAVE " + hex, quote);
  }

  /** Enclaves of one author: signer (64 hex digits), product, and a least security version. */
  static AttestedIdentity mrSigner(String hex, int product, int leastSvn) {
    byte[] wanted = HexFormat.of().parseHex(hex);
    return quote ->
        quote instanceof SgxQuote sgx
                && Arrays.equals(sgx.report().mrSigner(), wanted)
                && sgx.report().isvProdId() == product
                && sgx.report().isvSvn() >= leastSvn
            ? Outcome.granted(quote)
            : other(
                "MRSIGNER " + hex + ", product " + product + ", version " + leastSvn + " or later",
                quote);
  }

  /** A trust domain by its build-time measurement, 96 hex digits. */
  static AttestedIdentity mrTd(String hex) {
    byte[] wanted = HexFormat.of().parseHex(hex);
    return quote ->
        quote instanceof TdxQuote tdx && Arrays.equals(tdx.report().mrTd(), wanted)
            ? Outcome.granted(quote)
            : other("MRTD " + hex, quote);
  }

  /** Accepts what either accepts. */
  default AttestedIdentity or(AttestedIdentity another) {
    return quote -> {
      var mine = check(quote);
      return mine.isGranted() ? mine : another.check(quote);
    };
  }

  private static Outcome<IntelQuote> other(String expected, IntelQuote quote) {
    var hex = HexFormat.of();
    String found =
        switch (quote) {
          case SgxQuote sgx ->
              "MRENCLAVE "
                  + hex.formatHex(sgx.report().mrEnclave())
                  + ", MRSIGNER "
                  + hex.formatHex(sgx.report().mrSigner())
                  + ", product "
                  + sgx.report().isvProdId()
                  + ", version "
                  + sgx.report().isvSvn();
          case TdxQuote tdx -> "MRTD " + hex.formatHex(tdx.report().mrTd());
        };
    return Outcome.refused(
        EvidenceCode.POLICY_REFERENCE,
        "peer",
        expected,
        found,
        "connect to the published workload, or name this one if it is meant");
  }
}
