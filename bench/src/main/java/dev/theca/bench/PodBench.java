package dev.theca.bench;

import dev.theca.bench.pod.PodBudget;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * From RunPodSandbox to the first line of a program: a sealed pod against the same image under the
 * stock handler, on one containerd. The stock pod proves nothing to anybody; the ratio is the price
 * of attestation, decryption and sealing. With {@code against=FOLDER} another build has its turn as
 * well.
 */
final class PodBench {
  private final Path root;
  private final Path work;
  private final Map<String, String> options;

  PodBench(Path root, Path work, Map<String, String> options) {
    this.root = root;
    this.work = work;
    this.options = options;
  }

  void run(int rounds) throws Exception {
    try (var budget = PodBudget.open(root, work, options)) {
      var steps = new TreeMap<String, Rounds>();
      budget.run(rounds, step -> steps.computeIfAbsent(step, Rounds::new)::record);
      for (var step : steps.entrySet()) {
        boolean memory = step.getKey().equals("memory");
        System.out.println(
            "\npod: " + (memory ? "MiB beside the program (read ms as MiB)" : step.getKey()));
        step.getValue().print();
      }
      print("the daemon's stages, mean of all pods", budget.stages());
      print("the same of the other build", budget.otherStages());
    }
  }

  private static void print(String title, Map<String, Double> stages) {
    if (!stages.isEmpty()) System.out.println("\npod: " + title);
    for (var stage : stages.entrySet())
      System.out.printf(Locale.ROOT, "  %-52s %8.1f ms%n", stage.getKey(), stage.getValue());
  }
}
