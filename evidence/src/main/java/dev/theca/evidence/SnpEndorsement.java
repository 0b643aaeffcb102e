package dev.theca.evidence;

import java.util.Optional;

/**
 * What AMD's key service says about the key that signed a report, as received: certificates in DER.
 *
 * @param vek the VCEK or VLEK
 * @param signer the ASK or ASVK; empty takes the one that this library carries
 * @param ark the root; empty takes the one that this library carries. Either is trusted by its key
 *     only.
 * @param crl the product's revocation list in DER
 */
public record SnpEndorsement(
    byte[] vek, Optional<byte[]> signer, Optional<byte[]> ark, Optional<byte[]> crl)
    implements Collateral {
  /** A VEK under the authorities that this library carries, without a revocation list. */
  public static SnpEndorsement of(byte[] vek) {
    return new SnpEndorsement(vek, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
