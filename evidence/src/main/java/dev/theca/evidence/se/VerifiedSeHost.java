package dev.theca.evidence.se;

import dev.theca.evidence.SeHost;
import dev.theca.evidence.VerifiedCollateral;
import java.time.Instant;

/** A configuration as it was given. */
public record VerifiedSeHost(SeHost host) implements VerifiedCollateral {
  @Override
  public String rootName() {
    return host.name();
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
