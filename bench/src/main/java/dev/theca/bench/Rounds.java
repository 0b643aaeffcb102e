package dev.theca.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs contestants in turn, round by round, and prints medians and ratios to the first. */
final class Rounds {
  /** One run; milliseconds. */
  interface Contestant {
    double run() throws Exception;
  }

  private final String title;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();
  private final Map<String, List<Double>> times = new LinkedHashMap<>();

  Rounds(String title) {
    this.title = title;
  }

  Rounds add(String name, Contestant contestant) {
    contestants.put(name, contestant);
    times.put(name, new ArrayList<>());
    return this;
  }

  /** One round is not counted: caches fill. */
  void run(int rounds) throws Exception {
    System.out.println(
        "\n" + title + ", " + rounds + " rounds in turn after one that is not counted");
    for (int round = 0; round <= rounds; round++) {
      for (var contestant : contestants.entrySet()) {
        double millis = contestant.getValue().run();
        if (round > 0) times.get(contestant.getKey()).add(millis);
      }
    }
    print();
  }

  void record(String name, double millis) {
    times.computeIfAbsent(name, n -> new ArrayList<>()).add(millis);
  }

  void print() {
    double first = median(times.values().iterator().next());
    for (var row : times.entrySet()) {
      double median = median(row.getValue());
      double spread =
          row.getValue().stream().mapToDouble(d -> d).max().orElse(0)
              - row.getValue().stream().mapToDouble(d -> d).min().orElse(0);
      System.out.printf(
          Locale.ROOT,
          "  %-52s median %8.0f ms  spread %6.0f ms  ratio %5.2f%s%n",
          row.getKey(),
          median,
          spread,
          first / median,
          median < first ? "  <- we lose" : "");
    }
  }

  static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
