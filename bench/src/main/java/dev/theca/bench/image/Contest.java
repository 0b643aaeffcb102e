package dev.theca.bench.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs contestants in turn, round by round, and prints medians of wall and processor time, and the
 * first one's part of each other: below 1 we win. A goal that was missed is said in the same line.
 */
final class Contest {
  /** One run. */
  interface Contestant {
    Child.Took run() throws Exception;
  }

  private final String title;
  private final double megabytes;
  private final double goal;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();
  private final Map<String, List<Child.Took>> times = new LinkedHashMap<>();

  /** The goal is the first one's part of the wall time of the last. */
  Contest(String title, double megabytes, double goal) {
    this.title = title;
    this.megabytes = megabytes;
    this.goal = goal;
  }

  Contest add(String name, Contestant contestant) {
    contestants.put(name, contestant);
    times.put(name, new ArrayList<>());
    return this;
  }

  void run(int rounds) throws Exception {
    for (int round = 0; round < rounds; round++)
      for (var each : contestants.entrySet()) times.get(each.getKey()).add(each.getValue().run());
    print(rounds);
  }

  private void print(int rounds) {
    System.out.printf(Locale.ROOT, "%n%s (%d rounds in turn)%n", title, rounds);
    var first = times.values().iterator().next();
    int at = 0;
    for (var row : times.entrySet()) {
      boolean us = at++ == 0;
      double wall = wall(row.getValue());
      double ratio = wall(first) / wall;
      System.out.printf(
          Locale.ROOT,
          "  %-44s wall %7.0f ms (%4.0f to %5.0f)  %4.0f MB/s  processor %7.0f ms%s%s%s%n",
          row.getKey(),
          wall,
          row.getValue().stream().mapToDouble(Child.Took::wallMillis).min().orElse(0),
          row.getValue().stream().mapToDouble(Child.Took::wallMillis).max().orElse(0),
          megabytes / wall * 1000,
          processor(row.getValue()),
          us
              ? ""
              : String.format(
                  Locale.ROOT,
                  "  we: %.2f wall, %.2f processor",
                  ratio,
                  processor(first) / processor(row.getValue())),
          us || ratio <= 1 ? "" : "  <- we lose",
          at < times.size() ? "" : String.format(Locale.ROOT, "  goal %.2f%s", goal, met(ratio)));
    }
    System.out.flush();
  }

  private String met(double ratio) {
    return ratio <= goal ? " met" : " MISSED";
  }

  private static double wall(List<Child.Took> runs) {
    return median(runs.stream().map(Child.Took::wallMillis).sorted().toList());
  }

  private static double processor(List<Child.Took> runs) {
    return median(runs.stream().map(Child.Took::processorMillis).sorted().toList());
  }

  private static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
