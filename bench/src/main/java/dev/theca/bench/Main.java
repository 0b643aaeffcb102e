package dev.theca.bench;

import dev.theca.bench.broker.BrokerBench;
import dev.theca.bench.image.ImageBench;
import dev.theca.bench.policy.PolicyBench;
import dev.theca.bench.sealfs.SealfsBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code bench/run [pull] [pod] [evidence] [policy] [broker] [image] [sealfs] [node] [micro]}: side
 * by side with what one would use instead.
 */
final class Main {
  private static final int ROUNDS = 5;

  private Main() {}

  public static void main(String[] args) throws Exception {
    var wanted = args.length == 0 ? List.of("pull", "pod", "evidence", "policy") : List.of(args);
    Path root = Path.of(System.getProperty("theca.root"));
    Path work = Files.createTempDirectory("theca-bench");
    int rounds = Integer.getInteger("theca.bench.rounds", ROUNDS);
    try {
      for (String name : wanted) {
        switch (name) {
          case "pull" -> new PullBench(work, root.resolve("cli/target/dist/lib")).run(rounds);
          case "pod" -> new PodBench(root, work.resolve("pod"), options()).run(rounds);
          case "evidence" -> new EvidenceBench(root).run(rounds);
          case "policy" -> new PolicyBench(root).run(rounds);
          case "broker" -> broker(root, work.resolve("broker")).run(rounds);
          case "image" ->
              new ImageBench(
                      root, work.resolve("image"), System.getProperty("theca.bench.options", ""))
                  .run(Math.min(3, rounds));
          case "sealfs" ->
              new SealfsBench(
                      root, work.resolve("sealfs"), System.getProperty("theca.bench.options", ""))
                  .run(rounds);
          case "node" -> new NodeBench(root, options()).run(rounds);
          case "micro" -> new MicroBench().run(rounds);
          default ->
              throw new IllegalArgumentException(
                  "no benchmark "
                      + name
                      + "; pull, pod, evidence, policy, broker, image, sealfs, node and micro");
        }
      }
    } finally {
      PullBench.delete(work);
    }
  }

  /** {@code BENCH_OPTIONS="name=value name=value"}. */
  private static Map<String, String> options() {
    var options = new HashMap<String, String>();
    for (String option : System.getProperty("theca.bench.options", "").split(" "))
      if (option.contains("="))
        options.put(
            option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
    return options;
  }

  private static BrokerBench broker(Path root, Path folder) {
    int seconds = Integer.getInteger("theca.bench.seconds", 5);
    return new BrokerBench(root, folder, seconds, Long.getLong("theca.bench.exchanges", 200_000));
  }
}
