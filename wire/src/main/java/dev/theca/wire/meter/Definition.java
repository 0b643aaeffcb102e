package dev.theca.wire.meter;

import java.util.List;

/**
 * What is known of a name before it is first counted: its help and, of a histogram, its buckets.
 */
public record Definition(String name, Family.Type type, String help, List<Double> bounds) {
  private static final List<Double> SECONDS =
      List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5);

  /** Counts up. */
  public static Definition counter(String name, String help) {
    return new Definition(name, Family.Type.COUNTER, help, List.of());
  }

  /** A histogram of times. */
  public static Definition seconds(String name, String help) {
    return new Definition(name, Family.Type.HISTOGRAM, help, SECONDS);
  }

  /** Of a name that nobody defined. */
  static Definition undefined(String name, Family.Type type) {
    return new Definition(name, type, name, type == Family.Type.HISTOGRAM ? SECONDS : List.of());
  }
}
