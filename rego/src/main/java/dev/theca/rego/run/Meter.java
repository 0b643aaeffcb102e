package dev.theca.rego.run;

import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.value.Value;
import java.util.function.LongSupplier;

/** Counts what an evaluation does and ends it where it does too much. */
public final class Meter {
  private static final int EVERY = 1 << 12;

  /** So that nothing that goes into values comes near the end of the stack. */
  private static final int HEIGHT = 2_000;

  private long steps;
  private long units;
  private final int weightLimit;
  private final int depthLimit;
  private final LongSupplier ticks;
  private final long deadline;
  private int depth;
  private int untilTick = EVERY;

  /**
   * @param steps conditions that may be tried
   * @param units items, members and characters that may be made
   * @param depth of calls and loops within each other
   * @param ticks a clock of the caller's
   * @param budget ticks from now until the evaluation ends
   */
  public Meter(long steps, long units, int depth, LongSupplier ticks, long budget) {
    this.steps = steps;
    this.units = units;
    this.weightLimit = (int) Math.min(units, Integer.MAX_VALUE - 2);
    this.depthLimit = depth;
    this.ticks = ticks;
    long now = ticks.getAsLong();
    this.deadline = budget > Long.MAX_VALUE - Math.max(0, now) ? Long.MAX_VALUE : now + budget;
  }

  void step(Step step) {
    if (--steps < 0) throw end(step.at.toString(), "more steps than allowed");
    if (--untilTick == 0) tick(step.at.toString());
  }

  private void tick(String place) {
    untilTick = EVERY;
    if (ticks.getAsLong() > deadline) throw end(place, "more time than allowed");
  }

  void spend(long count) {
    units -= Math.max(0, count);
    if (units < 0) throw end("output", "more output than allowed");
    untilTick -= (int) Math.min(count, untilTick - 1);
  }

  /** Ends it where a value was made that cannot be looked at as a whole. */
  void made(Value value) {
    if (value.weight() > weightLimit) throw end("output", "a larger value than allowed");
    if (value.height() > HEIGHT) throw end("output", "a deeper value than allowed");
  }

  void enter(Location at) {
    if (++depth > depthLimit) throw end(at.toString(), "deeper than allowed");
  }

  void leave() {
    depth--;
  }

  int depth() {
    return depth;
  }

  /** To a depth of before, when what lay below was given up. */
  void back(int before) {
    depth = before;
  }

  private static Halt end(String place, String what) {
    return new Halt(RegoCode.REGO_EXHAUSTED, place, "evaluation did " + what);
  }
}
