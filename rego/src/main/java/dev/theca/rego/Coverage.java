package dev.theca.rego;

import dev.theca.rego.run.Coverer;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which lines of policies took part in evaluations: lines of conditions that were tried, and of
 * rules that gave a value.
 */
public record Coverage(Map<String, Lines> files) {
  public Coverage {
    files = Map.copyOf(files);
  }

  /** The lines of one file, in order. */
  public record Lines(SortedSet<Integer> covered, SortedSet<Integer> missed) {
    /** In hundredths of all lines that can take part; all where there are none. */
    public double percent() {
      int all = covered.size() + missed.size();
      return all == 0 ? 100 : 100.0 * covered.size() / all;
    }
  }

  /** In hundredths, over all files. */
  public double percent() {
    int covered = files.values().stream().mapToInt(lines -> lines.covered.size()).sum();
    int missed = files.values().stream().mapToInt(lines -> lines.missed.size()).sum();
    return covered + missed == 0 ? 100 : 100.0 * covered / (covered + missed);
  }

  /** Collects over several evaluations; for one thread. */
  public static final class Collector {
    private final Coverer watch = new Coverer();

    /** Nothing reached yet. */
    public Collector() {}

    Coverer watch() {
      return watch;
    }

    private static void note(
        Location at,
        boolean reached,
        Map<String, TreeSet<Integer>> hit,
        Map<String, TreeSet<Integer>> all) {
      all.computeIfAbsent(at.file(), _ -> new TreeSet<>()).add(at.line());
      if (reached) hit.computeIfAbsent(at.file(), _ -> new TreeSet<>()).add(at.line());
    }

    /** What of a policy was reached so far. */
    public Coverage of(Policy policy) {
      var hit = new TreeMap<String, TreeSet<Integer>>();
      var all = new TreeMap<String, TreeSet<Integer>>();
      for (Location at : policy.bodies()) note(at, watch.bodies().contains(at), hit, all);
      policy
          .conditions()
          .forEach((origin, one) -> note(one.at(), watch.conditions().contains(origin), hit, all));
      var files = new TreeMap<String, Lines>();
      all.forEach(
          (file, lines) -> {
            var covered = hit.getOrDefault(file, new TreeSet<>());
            lines.removeAll(covered);
            files.put(file, new Lines(covered, lines));
          });
      return new Coverage(files);
    }
  }
}
