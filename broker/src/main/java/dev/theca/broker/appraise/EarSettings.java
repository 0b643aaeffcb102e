package dev.theca.broker.appraise;

import java.time.Duration;

/**
 * What an attestation result says of its maker.
 *
 * @param life of a token; it ends earlier where the collateral does
 * @param verbose whether it carries the additional evidence's text and the boot's event log
 */
public record EarSettings(
    String issuer, String developer, String build, Duration life, boolean verbose) {
  /** Five minutes, as the field has it. */
  public static EarSettings of(String issuer, String build) {
    return new EarSettings(issuer, "https://theca.dev", build, Duration.ofMinutes(5), true);
  }
}
