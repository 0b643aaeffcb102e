package dev.theca.broker.policy;

import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;

/** Documents and times as policies see them. */
final class Inputs {
  private Inputs() {}

  /** The value of a document; refuses numbers beyond the engine's limits. */
  static Outcome<Value> value(JsonValue json) {
    try {
      return Outcome.granted(Values.of(json));
    } catch (NumberFormatException e) {
      return Outcome.refused(
          PolicyCode.POLICY_INPUT,
          "number in the document to be judged",
          "one of at most 10000 digits and an exponent of at most 10000",
          "a larger one",
          "send numbers of a usual size");
    }
  }

  /** {@code time.now_ns}; the ends of what 64 bits hold for times beyond. */
  static long nanos(Instant now) {
    try {
      return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    } catch (ArithmeticException e) {
      return now.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }
}
