package dev.theca.bench;

import dev.theca.bench.node.NodeContest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plain containers by our node daemon against containerd's own shim for runc, on one private
 * containerd, in turn: latency, many at once, the steps of a pod, processor time, memory.
 */
final class NodeBench {
  private final Path root;
  private final Map<String, String> options;

  NodeBench(Path root, Map<String, String> options) {
    this.root = root;
    this.options = options;
  }

  void run(int rounds) throws Exception {
    var parts = List.of(options.getOrDefault("parts", "run,many,pod,memory").split(","));
    try (var contest = NodeContest.open(root, options)) {
      if (parts.contains("run")) runs(contest, rounds);
      if (parts.contains("many")) many(contest, rounds);
      if (parts.contains("pod")) pods(contest, rounds);
      if (parts.contains("memory")) memory(contest);
    }
  }

  private static void runs(NodeContest contest, int rounds) throws Exception {
    var latency = new Rounds("run");
    var processor = new Rounds("processor");
    var shims = new Rounds("shims");
    contest.runs(rounds * 4, latency::record, processor::record, shims::record);
    print("node: ctr run --rm IMAGE true, " + rounds * 4 + " runs in turn", latency);
    print("node: processor time of a run, containerd included", processor);
    print("node: processor time of a run, without containerd itself", shims);
  }

  private static void many(NodeContest contest, int rounds) throws Exception {
    for (int many : new int[] {12, 50}) {
      var parallel = new Rounds("parallel");
      contest.parallel(many, rounds, parallel::record);
      print("node: " + many + " at once, " + rounds + " rounds", parallel);
    }
  }

  private static void pods(NodeContest contest, int rounds) throws Exception {
    var steps = new LinkedHashMap<String, Rounds>();
    contest.pods(rounds * 2, step -> steps.computeIfAbsent(step, Rounds::new)::record);
    for (var step : steps.entrySet()) print("node: CRI, " + step.getKey(), step.getValue());
  }

  private static void memory(NodeContest contest) {
    System.out.println("\nnode: memory, shims or daemon in all");
    contest
        .memory()
        .forEach(
            (who, held) ->
                System.out.printf(
                    "  %-52s Pss %7.1f MiB   RSS %7.1f MiB%n", who, held.pss(), held.rss()));
  }

  private static void print(String title, Rounds rounds) {
    System.out.println("\n" + title);
    rounds.print();
  }
}
