package dev.theca.evidence.tpm;

import dev.theca.evidence.TpmAnchors;
import dev.theca.evidence.VerifiedCollateral;
import java.time.Instant;

/** Anchors as they were given: the caller's word is all there is to verify. */
public record VerifiedAnchors(TpmAnchors anchors) implements VerifiedCollateral {
  @Override
  public String rootName() {
    return anchors.name();
  }

  @Override
  public Instant validUntil() {
    return Instant.MAX;
  }

  @Override
  public Edition edition() {
    return new Edition(0, Instant.EPOCH);
  }
}
