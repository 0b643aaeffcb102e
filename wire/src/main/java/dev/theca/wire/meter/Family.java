package dev.theca.wire.meter;

import java.util.List;
import java.util.SortedMap;

/** All series of one name, as they were at one moment. */
public record Family(String name, Type type, String help, List<Point> points) {
  /** The three kinds of Prometheus that are used. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /** One series. */
  public sealed interface Point {
    SortedMap<String, String> labels();

    /** A counter or gauge. */
    record Number(SortedMap<String, String> labels, double value) implements Point {}

    /** Counts between the bounds, one more than there are bounds; not cumulative. */
    record Distribution(
        SortedMap<String, String> labels, List<Double> bounds, List<Long> counts, double sum)
        implements Point {
      /** All of them. */
      public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
      }
    }
  }
}
