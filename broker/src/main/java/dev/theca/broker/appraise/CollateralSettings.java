package dev.theca.broker.appraise;

import dev.theca.evidence.Channel;
import java.time.Duration;

/**
 * How endorsements are used.
 *
 * @param maxAge after which collateral is fetched anew though it is valid
 * @param allowRollback whether older collateral may replace newer
 * @param requireAmdList whether AMD's revocation list must be there; the endorsement that comes
 *     with the evidence has none, so that the sources are asked for each chip then
 * @param channel which edition of Intel's TCB data
 */
public record CollateralSettings(
    Duration maxAge, boolean allowRollback, boolean requireAmdList, Channel channel) {
  /** A day; no step back; AMD's list where a source has it; Intel's standard edition. */
  public static final CollateralSettings DEFAULT =
      new CollateralSettings(Duration.ofHours(24), false, false, Channel.STANDARD);
}
