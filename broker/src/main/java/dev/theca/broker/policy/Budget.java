package dev.theca.broker.policy;

import dev.theca.rego.Bounds;
import java.time.Duration;

/**
 * What one evaluation may cost, whoever wrote the policy and whatever it judges; beyond it the
 * evaluation ends as a refusal.
 *
 * @param steps conditions tried
 * @param units items, members and characters made
 */
public record Budget(long steps, long units, Duration wallClock) {
  /** A hundred times what the policies that come with the broker take. */
  public static final Budget DEFAULT = new Budget(1_000_000, 2_000_000, Duration.ofSeconds(1));

  Bounds bounds() {
    return Bounds.DEFAULT
        .withSteps(steps)
        .withUnits(units)
        .withTime(new Since(), wallClock.toNanos());
  }

  /** Nanoseconds since it was made: the clock's own origin may be anywhere. */
  private static final class Since implements java.util.function.LongSupplier {
    private final long start = System.nanoTime();

    @Override
    public long getAsLong() {
      return System.nanoTime() - start;
    }
  }
}
