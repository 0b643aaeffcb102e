package dev.theca.cli.policy;

import dev.theca.rego.Location;
import java.time.Duration;
import java.util.List;

/**
 * One test and what became of it.
 *
 * @param inPackage with {@code data}
 * @param error empty unless it ended with one
 */
record TestCase(
    Location at,
    String inPackage,
    String name,
    Outcome outcome,
    Duration took,
    List<String> prints,
    String error) {
  /** What became of it. */
  enum Outcome {
    PASS,
    FAIL,
    SKIPPED,
    ERROR
  }

  TestCase {
    prints = List.copyOf(prints);
  }

  @Override
  public String toString() {
    String text = inPackage + "." + name + ": " + outcome;
    return outcome == Outcome.SKIPPED ? text : text + " (" + GoDuration.of(took) + ")";
  }
}
