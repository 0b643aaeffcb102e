package dev.theca.rego;

import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.Optional;

/**
 * What an evaluation looks at.
 *
 * @param input the document that is judged; without one, {@code input} is undefined
 * @param data base documents, an object
 * @param nowNanos nanoseconds since 1970, for {@code time.now_ns}
 * @param strictErrors whether a function that can make nothing of its arguments ends the evaluation
 */
public record Given(
    Optional<Value> input, Value data, long nowNanos, boolean strictErrors, Bounds bounds) {
  /** No input, no data, the year 1970. */
  public static Given nothing() {
    return new Given(Optional.empty(), ObjectValue.EMPTY, 0, false, Bounds.DEFAULT);
  }

  /** With this input. */
  public Given withInput(Value value) {
    return new Given(Optional.of(value), data, nowNanos, strictErrors, bounds);
  }

  /** With these base documents. */
  public Given withData(Value value) {
    return new Given(input, value, nowNanos, strictErrors, bounds);
  }

  /** At this time. */
  public Given withNow(long nanos) {
    return new Given(input, data, nanos, strictErrors, bounds);
  }

  /** Strict, or not. */
  public Given withStrictErrors(boolean yes) {
    return new Given(input, data, nowNanos, yes, bounds);
  }

  /** Within these bounds. */
  public Given withBounds(Bounds most) {
    return new Given(input, data, nowNanos, strictErrors, most);
  }
}
