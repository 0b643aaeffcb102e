package dev.theca.collateral;

import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.wire.Outcome;
import java.util.Optional;

/** The same answer for every platform; for one platform, and for tests. */
public record FixedSource(Optional<IntelCollateral> intel, Optional<SnpEndorsement> snp)
    implements CollateralSource {
  public static FixedSource of(IntelCollateral collateral) {
    return new FixedSource(Optional.of(collateral), Optional.empty());
  }

  public static FixedSource of(SnpEndorsement endorsement) {
    return new FixedSource(Optional.empty(), Optional.of(endorsement));
  }

  @Override
  public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
    return intel
        .map(Outcome::granted)
        .orElseGet(() -> CollateralSource.missing("collateral", "Intel's", "none"));
  }

  @Override
  public Outcome<SnpEndorsement> snp(SnpKey key) {
    return snp.map(Outcome::granted)
        .orElseGet(() -> CollateralSource.missing("endorsement", "AMD's", "none"));
  }
}
