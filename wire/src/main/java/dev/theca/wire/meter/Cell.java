package dev.theca.wire.meter;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** One series while it is counted: no locks. */
sealed interface Cell {
  Family.Point point(SortedMap<String, String> labels);

  /** Counts up. */
  final class Count implements Cell {
    final LongAdder sum = new LongAdder();

    @Override
    public Family.Point point(SortedMap<String, String> labels) {
      return new Family.Point.Number(labels, sum.sum());
    }
  }

  /** Counts by size. */
  final class Buckets implements Cell {
    private final double[] bounds;
    private final LongAdder[] counts;
    private final DoubleAdder sum = new DoubleAdder();

    Buckets(List<Double> bounds) {
      this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
      this.counts = new LongAdder[bounds.size() + 1];
      Arrays.setAll(counts, i -> new LongAdder());
    }

    void add(double value) {
      int at = 0;
      while (at < bounds.length && value > bounds[at]) at++;
      counts[at].increment();
      sum.add(value);
    }

    @Override
    public Family.Point point(SortedMap<String, String> labels) {
      return new Family.Point.Distribution(
          labels,
          Arrays.stream(bounds).boxed().toList(),
          Arrays.stream(counts).map(LongAdder::sum).toList(),
          sum.sum());
    }
  }
}
