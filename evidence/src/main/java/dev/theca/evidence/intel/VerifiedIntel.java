package dev.theca.evidence.intel;

import dev.theca.evidence.VerifiedCollateral;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import java.time.Instant;

/**
 * Intel collateral that held.
 *
 * @param validFrom the latest beginning of validity of any part
 */
public record VerifiedIntel(
    TcbInfo tcbInfo,
    QeIdentity identity,
    Certificate ca,
    Certificate root,
    Crl pckCrl,
    Crl rootCrl,
    String rootName,
    Instant validFrom,
    Instant validUntil)
    implements VerifiedCollateral {
  @Override
  public Edition edition() {
    return new Edition(tcbInfo.evaluationNumber(), tcbInfo.issueDate());
  }
}
