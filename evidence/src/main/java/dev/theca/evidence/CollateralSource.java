package dev.theca.evidence;

import dev.theca.wire.Outcome;

/**
 * Where endorsements come from. Nothing from a source is trusted before {@link Verifier#prepare}
 * accepts it; a source that does not know the platform, or cannot be asked, refuses with {@link
 * EvidenceCode#COLLATERAL_MISSING}. The network side lives outside this room.
 */
public interface CollateralSource {
  /** Collateral for a platform of Intel's, or why there is none. */
  Outcome<IntelCollateral> intel(PlatformModel model, Channel channel);

  /** Endorsement of a key of AMD's, or why there is none. */
  Outcome<SnpEndorsement> snp(SnpKey key);

  /** The refusal of a source that has nothing. */
  static <T> Outcome<T> missing(String what, String expected, String found) {
    return Outcome.refused(
        EvidenceCode.COLLATERAL_MISSING,
        what,
        expected,
        found,
        "see that the source is reachable and knows this platform");
  }
}
