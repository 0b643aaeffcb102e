package dev.theca.bench.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Rows of figures, each with the medians of its rounds. */
final class Table {
  private final Map<String, List<Load.Figures>> rows = new LinkedHashMap<>();

  private final String title;

  Table(String title) {
    this.title = title;
  }

  void add(String row, Load.Figures figures) {
    rows.computeIfAbsent(row, r -> new ArrayList<>()).add(figures);
  }

  double cpuMicros(String row) {
    return median(row, Load.Figures::cpuMicros);
  }

  private double median(String row, ToDoubleFunction<Load.Figures> figure) {
    var all = rows.get(row);
    if (all == null) throw new IllegalArgumentException("no row " + row);
    return middle(all.stream().map(figure::applyAsDouble).toList());
  }

  static double middle(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  void print() {
    System.out.printf(
        Locale.ROOT,
        "%n  %-44s %12s %12s %10s %9s %9s%n",
        title,
        "CPU us each",
        "/s of a core",
        "/s here",
        "p50 ms",
        "p99 ms");
    for (String row : rows.keySet())
      System.out.printf(
          Locale.ROOT,
          "  %-44s %12.1f %12.0f %10.0f %9.2f %9.2f%n",
          row,
          median(row, Load.Figures::cpuMicros),
          median(row, Load.Figures::perSecondOfCore),
          median(row, Load.Figures::perSecond),
          median(row, Load.Figures::p50Millis),
          median(row, Load.Figures::p99Millis));
  }
}
