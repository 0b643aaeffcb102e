package dev.theca.bench.sealfs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was measured: medians by phase and contestant, as rows of a table. */
final class Scores {
  /** What a figure counts; times are better when they are smaller, rates when they are larger. */
  enum Unit {
    MILLIS("ms"),
    MIB_PER_SECOND("MiB/s"),
    PER_SECOND("/s"),
    MIB("MiB");

    private final String text;

    Unit(String text) {
      this.text = text;
    }

    boolean smallerIsBetter() {
      return this == MILLIS || this == MIB;
    }
  }

  /** A figure, and processor time of the server behind it in milliseconds. */
  private record Figure(double value, double processor) {}

  private record Row(Unit unit, Map<String, List<Figure>> figures) {}

  private final Map<String, Row> rows = new LinkedHashMap<>();

  void add(String phase, Unit unit, String contestant, double value, double processor) {
    rows.computeIfAbsent(phase, p -> new Row(unit, new LinkedHashMap<>()))
        .figures()
        .computeIfAbsent(contestant, c -> new ArrayList<>())
        .add(new Figure(value, processor));
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  Optional<Double> value(String phase, String contestant) {
    return Optional.ofNullable(rows.get(phase))
        .flatMap(row -> Optional.ofNullable(row.figures().get(contestant)))
        .map(all -> median(all.stream().map(Figure::value).toList()));
  }

  Optional<Double> processor(String phase, String contestant) {
    return Optional.ofNullable(rows.get(phase))
        .flatMap(row -> Optional.ofNullable(row.figures().get(contestant)))
        .map(all -> median(all.stream().map(Figure::processor).toList()));
  }

  /** How many times better one is than the other, above 1 when it is. */
  Optional<Double> better(String phase, String one, String other) {
    var row = rows.get(phase);
    var ours = value(phase, one);
    var theirs = value(phase, other);
    if (row == null || ours.isEmpty() || theirs.isEmpty()) return Optional.empty();
    double ratio = ours.get() / theirs.get();
    return Optional.of(row.unit().smallerIsBetter() ? 1 / ratio : ratio);
  }

  /** A table; behind a figure the server's processor time in ms. */
  void print(List<String> contestants) {
    System.out.println("\n| | " + String.join(" | ", contestants) + " |");
    System.out.println("|---|" + "---|".repeat(contestants.size()));
    for (var row : rows.entrySet()) {
      var line = new StringBuilder("| " + row.getKey() + ", " + row.getValue().unit().text + " |");
      for (String contestant : contestants) {
        var value = value(row.getKey(), contestant);
        if (value.isEmpty()) {
          line.append(" - |");
          continue;
        }
        line.append(String.format(Locale.ROOT, " %,.0f", value.get()));
        double processor = processor(row.getKey(), contestant).orElse(0.0);
        if (processor > 0) line.append(String.format(Locale.ROOT, " c%,.0f", processor));
        line.append(" |");
      }
      System.out.println(line);
    }
    System.out.flush();
  }
}
