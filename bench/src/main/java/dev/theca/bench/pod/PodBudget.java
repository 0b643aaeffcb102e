package dev.theca.bench.pod;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.PodConfig;
import dev.theca.node.client.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a cold confidential pod costs, step by step, from RunPodSandbox to the first line that its
 * program prints, in turn with the same image, plain, under the stock handler; and what the node
 * daemon says of its own stages meanwhile.
 */
public final class PodBudget implements AutoCloseable {
  private static final String SEALED = "theca, sealed";
  private static final String STOCK = "stock handler, plain";
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final Pattern STAGE =
      Pattern.compile("theca_node_stage_duration_seconds_(sum|count)\\{(.*)} ([0-9.eE+-]+)");

  private final PodSite site;
  private int number;

  private PodBudget(PodSite site) {
    this.site = site;
  }

  /** {@code containerd=FOLDER} names another one than the installed. */
  public static PodBudget open(Path root, Path work, Map<String, String> options) throws Exception {
    return new PodBudget(PodSite.open(root, work, options.getOrDefault("containerd", "")));
  }

  /** Rounds in turn; steps by name, memory beside the program as step {@code memory}. */
  public void run(int rounds, Function<String, BiConsumer<String, Double>> record)
      throws Exception {
    for (int round = 0; round <= rounds; round++) {
      boolean counts = round > 0;
      for (boolean sealed : round % 2 == 1 ? List.of(true, false) : List.of(false, true))
        pod(
            sealed,
            (step, value) -> {
              if (counts) record.apply(step).accept(sealed ? SEALED : STOCK, value);
            });
    }
  }

  private void pod(boolean sealed, BiConsumer<String, Double> record) throws Exception {
    String name = "budget-" + number++;
    String group = "/theca-bench-" + name;
    String image = sealed ? site.sealed : site.plain;
    Map<String, String> handler =
        sealed ? Map.of("io.containerd.cri.runtime-handler", "theca") : Map.of();
    Path logs = site.logs().resolve(name);
    var config =
        new PodConfig(name, name, "bench", logs.toString(), true, group, Map.of(), handler);
    var container = new ContainerConfig("app", image, List.of(), List.of(), Map.of(), "app.log");
    if (number <= 2) site.cri.pullImage(image, config);
    var steps = new LinkedHashMap<String, Double>();
    long begin = System.nanoTime();
    String pod = site.cri.runPod(config, sealed ? "theca" : "runc");
    long last = step(steps, "1 RunPodSandbox", begin);
    String id = site.cri.createContainer(pod, container, config);
    last = step(steps, "2 CreateContainer", last);
    site.cri.startContainer(id);
    last = step(steps, "3 StartContainer", last);
    awaitOutput(logs.resolve("app.log"));
    step(steps, "4 first output", last);
    step(steps, "5 together", begin);
    steps.forEach(record);
    record.accept("memory", PodMemory.besideMiB(group, id, pod));
    site.cri.stopPod(pod);
    site.cri.removePod(pod);
    removeGroups(group);
  }

  private static long step(Map<String, Double> steps, String name, long since) {
    long now = System.nanoTime();
    steps.put(name, (now - since) / 1e6);
    return now;
  }

  private static void awaitOutput(Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!Files.exists(log) || Files.size(log) == 0) {
      if (System.nanoTime() > end) throw new IllegalStateException("no output in " + log);
      Thread.sleep(1);
    }
  }

  /** containerd leaves a pod's group to kubelet; here nobody else takes it away. */
  private static void removeGroups(String group) throws IOException {
    Path top = Path.of("/sys/fs/cgroup");
    boolean unified = Files.exists(top.resolve("cgroup.controllers"));
    try (var list = Files.list(top)) {
      for (Path place : unified ? List.of(top) : list.toList())
        if (Files.isDirectory(place.resolve(group.substring(1)))
            && !place.resolve(group.substring(1)).toFile().delete())
          System.err.println("bench: cannot remove " + place + group);
    }
  }

  /** Mean milliseconds of each stage that ended well, as the daemon counts them. */
  public Map<String, Double> stages() throws IOException {
    var sums = new TreeMap<String, Double>();
    var counts = new TreeMap<String, Double>();
    String text = new ControlClient(site.run().resolve("node.sock")).metrics();
    for (String line : text.lines().toList()) {
      var found = STAGE.matcher(line);
      if (!found.matches() || !found.group(2).contains("outcome=\"granted\"")) continue;
      String stage = found.group(2).replaceAll(".*stage=\"([^\"]*)\".*", "$1");
      var into = found.group(1).equals("sum") ? sums : counts;
      into.merge(stage, Double.parseDouble(found.group(3)), Double::sum);
    }
    var means = new TreeMap<String, Double>();
    sums.forEach((stage, sum) -> means.put(stage, sum * 1000 / counts.getOrDefault(stage, 1.0)));
    return means;
  }

  @Override
  public void close() throws IOException {
    site.close();
  }
}
