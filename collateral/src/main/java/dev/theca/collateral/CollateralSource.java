package dev.theca.collateral;

import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.wire.Outcome;

/** Where endorsements of a platform come from. */
public interface CollateralSource {
  Outcome<IntelCollateral> sgx(PlatformModel platform);
}
