package dev.theca.bench.pod;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.PodConfig;
import dev.theca.node.client.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a cold confidential pod costs, step by step, from RunPodSandbox to the first line that its
 * program prints, in turn with the same image, plain, under the stock handler, and with another
 * build of this program; and what the node daemon says of its own stages meanwhile. Processor time
 * says the same on a busy machine and on a quiet one, more or less; the clock does not.
 */
public final class PodBudget implements AutoCloseable {
  private static final String NAME = "theca-bench";
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final Pattern STAGE =
      Pattern.compile("theca_node_stage_duration_seconds_(sum|count)\\{(.*)} ([0-9.eE+-]+)");

  /** Who has a turn: a site, and whether its pods are sealed. */
  private record Contestant(String name, PodSite site, boolean sealed) {}

  private final List<PodSite> sites;
  private final List<Contestant> contestants;
  private int number;

  private PodBudget(List<PodSite> sites) {
    this.sites = sites;
    this.contestants = new ArrayList<>();
    contestants.add(new Contestant("theca, sealed", sites.getFirst(), true));
    if (sites.size() > 1)
      contestants.add(new Contestant("the other build, sealed", sites.getLast(), true));
    contestants.add(new Contestant("stock handler, plain", sites.getFirst(), false));
  }

  /**
   * {@code containerd=FOLDER} names another one than the installed; {@code against=FOLDER} is
   * another build of this program, which has its turn too.
   */
  public static PodBudget open(Path root, Path work, Map<String, String> options) throws Exception {
    String containerd = options.getOrDefault("containerd", "");
    String other = options.getOrDefault("against", "");
    var sites = new ArrayList<PodSite>();
    try {
      sites.add(PodSite.open(root, NAME, work.resolve("ours"), containerd));
      if (!other.isEmpty())
        sites.add(PodSite.open(Path.of(other), NAME + "-other", work.resolve("other"), containerd));
      return new PodBudget(sites);
    } catch (Exception e) {
      for (var site : sites) site.close();
      throw e;
    }
  }

  /** Rounds in turn; steps by name, memory beside the program as step {@code memory}. */
  public void run(int rounds, Function<String, BiConsumer<String, Double>> record)
      throws Exception {
    for (int round = 0; round <= rounds; round++) {
      boolean counts = round > 0;
      for (var contestant : round % 2 == 1 ? contestants : contestants.reversed())
        pod(
            contestant,
            (step, value) -> {
              if (counts) record.apply(step).accept(contestant.name(), value);
            });
    }
  }

  private void pod(Contestant contestant, BiConsumer<String, Double> record) throws Exception {
    boolean sealed = contestant.sealed();
    var site = contestant.site();
    String name = "budget-" + number++;
    String group = "/theca-bench-" + name;
    String image = sealed ? site.sealed : site.plain;
    Map<String, String> handler =
        sealed ? Map.of("io.containerd.cri.runtime-handler", "theca") : Map.of();
    Path logs = site.logs().resolve(name);
    var config =
        new PodConfig(name, name, "bench", logs.toString(), true, group, Map.of(), handler);
    var container = new ContainerConfig("app", image, List.of(), List.of(), Map.of(), "app.log");
    if (number <= contestants.size()) site.cri.pullImage(image, config);
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
    var used = PodProcessors.until(group);
    used.forEach((who, millis) -> steps.put("6 processor time until then, " + who, millis));
    PodProcessors.rested(group)
        .forEach((who, millis) -> steps.put("7 the same at rest, " + who, millis));
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

  /** Mean milliseconds of each stage that ended well, as the daemon of our build counts them. */
  public Map<String, Double> stages() throws IOException {
    return stages(sites.getFirst());
  }

  /** The same of the other build; nothing without one. */
  public Map<String, Double> otherStages() throws IOException {
    return sites.size() > 1 ? stages(sites.getLast()) : Map.of();
  }

  private static Map<String, Double> stages(PodSite site) throws IOException {
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
    for (var site : sites) site.close();
  }
}
