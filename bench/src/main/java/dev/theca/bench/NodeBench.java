package dev.theca.bench;

import dev.theca.bench.node.NodeContest;
import java.nio.file.Path;
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
    try (var contest = NodeContest.open(root, options)) {
      var latency = new Rounds("run");
      var processor = new Rounds("processor");
      var shims = new Rounds("shims");
      contest.runs(rounds * 4, latency::record, processor::record, shims::record);
      print("node: ctr run --rm IMAGE true, " + rounds * 4 + " runs in turn", latency);
      print("node: processor time of a run, containerd included", processor);
      print("node: processor time of a run, without containerd itself", shims);
      for (int many : new int[] {12, 50}) {
        var parallel = new Rounds("parallel");
        contest.parallel(many, rounds, parallel::record);
        print("node: " + many + " at once, " + rounds + " rounds", parallel);
      }
      var steps = new java.util.LinkedHashMap<String, Rounds>();
      contest.pods(rounds * 2, step -> steps.computeIfAbsent(step, Rounds::new)::record);
      for (var step : steps.entrySet()) print("node: CRI, " + step.getKey(), step.getValue());
      System.out.println(
          "\nnode: Pss of " + NodeContest.KEPT + " containers that wait, shims or daemon in all");
      contest.memory().forEach((who, mib) -> System.out.printf("  %-52s %8.1f MiB%n", who, mib));
    }
  }

  private static void print(String title, Rounds rounds) {
    System.out.println("\n" + title);
    rounds.print();
  }
}
