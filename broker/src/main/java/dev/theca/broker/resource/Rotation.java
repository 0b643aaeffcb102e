package dev.theca.broker.resource;

import java.time.Duration;

/**
 * When a generated resource gets its next version, and how long each version is given.
 *
 * @param period between versions; zero for never
 * @param lifetime of each version; zero for ever, otherwise longer than the period
 */
public record Rotation(Duration period, Duration lifetime) {
  public static final Rotation NEVER = new Rotation(Duration.ZERO, Duration.ZERO);

  /** A new version each period; old ones can be had by number for ever. */
  public static Rotation every(Duration period) {
    return new Rotation(period, Duration.ZERO);
  }

  boolean isValid() {
    boolean never = period.isZero();
    boolean wholeMillis = period.toMillis() > 0 || never;
    return wholeMillis
        && !period.isNegative()
        && !lifetime.isNegative()
        && period.compareTo(Duration.ofDays(36500)) <= 0
        && lifetime.compareTo(Duration.ofDays(36500)) <= 0
        && (lifetime.isZero() || lifetime.compareTo(period) > 0);
  }
}
