package dev.theca.evidence.amd;

import dev.theca.evidence.SnpReport;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.curve.EcKey;
import java.time.Instant;

/**
 * A VCEK or VLEK whose chain held.
 *
 * @param listed whether a revocation list was looked at
 */
public record VerifiedSnp(
    SnpReport.Product product,
    SnpReport.KeyKind kind,
    EcKey key,
    VekExtensions extensions,
    boolean listed,
    String rootName,
    Instant validFrom,
    Instant validUntil)
    implements VerifiedCollateral {
  @Override
  public Edition edition() {
    return new Edition(0, Instant.EPOCH); // the key fixes the certificate
  }
}
