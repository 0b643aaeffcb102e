package dev.theca.rego;

import java.util.function.LongSupplier;

/**
 * What one evaluation may cost; beyond it, the evaluation ends with {@link
 * RegoCode#REGO_EXHAUSTED}.
 *
 * @param steps conditions tried
 * @param units items, members and characters made
 * @param depth of rules, functions and loops within each other
 * @param ticks the caller's clock, in any unit; read now and then
 * @param budget ticks from the beginning to the end
 */
public record Bounds(long steps, long units, int depth, LongSupplier ticks, long budget) {
  /** Ten million steps, ten million units, 400 levels, no clock. */
  public static final Bounds DEFAULT =
      new Bounds(10_000_000, 10_000_000, 400, () -> 0, Long.MAX_VALUE);

  /** With a clock. */
  public Bounds withTime(LongSupplier clock, long ticksAllowed) {
    return new Bounds(steps, units, depth, clock, ticksAllowed);
  }

  /** With so many steps. */
  public Bounds withSteps(long most) {
    return new Bounds(most, units, depth, ticks, budget);
  }

  /** With so many units. */
  public Bounds withUnits(long most) {
    return new Bounds(steps, most, depth, ticks, budget);
  }

  /** With so many levels; a deep one needs a large stack, or ends with the same refusal. */
  public Bounds withDepth(int most) {
    return new Bounds(steps, units, most, ticks, budget);
  }
}
