package dev.theca.evidence.csv;

import dev.theca.evidence.VerifiedCollateral;
import java.time.Instant;

/** A chip's endorsement key whose chain held; these certificates have no dates. */
public record VerifiedCsv(HygonCertificate cek, String rootName) implements VerifiedCollateral {
  @Override
  public Instant validUntil() {
    return Instant.MAX;
  }

  @Override
  public Edition edition() {
    return new Edition(0, Instant.EPOCH);
  }
}
