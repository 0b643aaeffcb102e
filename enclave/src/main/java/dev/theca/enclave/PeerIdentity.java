package dev.theca.enclave;

import dev.theca.evidence.EnclaveReport;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whom one side of the hand-over accepts: everything of one signer with a product number, from a
 * security version on. Debug enclaves never match.
 */
public record PeerIdentity(byte[] mrSigner, int isvProdId, int minIsvSvn) {
  public boolean matches(EnclaveReport report) {
    return report.initialised()
        && !report.debug()
        && Arrays.equals(report.mrSigner(), mrSigner)
        && report.isvProdId() == isvProdId
        && report.isvSvn() >= minIsvSvn;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerIdentity p
        && Arrays.equals(mrSigner, p.mrSigner)
        && isvProdId == p.isvProdId
        && minIsvSvn == p.minIsvSvn;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(mrSigner);
  }

  @Override
  public String toString() {
    return "MRSIGNER "
        + HexFormat.of().formatHex(mrSigner)
        + ", product "
        + isvProdId
        + ", security version "
        + minIsvSvn
        + " or later";
  }
}
