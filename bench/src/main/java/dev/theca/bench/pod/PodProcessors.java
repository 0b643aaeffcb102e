package dev.theca.bench.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Processor time of a pod's enclaves in ms, by the control groups beside its containers. */
final class PodProcessors {
  private static final Path TOP = Path.of("/sys/fs/cgroup");
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MICROS_PER_MILLI = 1_000;

  /** At rest is who takes less than a fiftieth of a processor. */
  private static final long LOOK_MILLIS = 100;

  private static final double REST_MILLIS = 2;

  private PodProcessors() {}

  /** What each has used until now. */
  static Map<String, Double> until(String group) throws IOException {
    boolean unified = Files.exists(TOP.resolve("cgroup.controllers"));
    Path own = (unified ? TOP : TOP.resolve("cpuacct")).resolve(group.substring(1));
    var used = new TreeMap<String, Double>();
    try (Stream<Path> all = Files.walk(own)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        String name = folder.getFileName().toString();
        if (name.endsWith("-agent")) used.merge("agent", millis(folder, unified), Double::sum);
        if (name.endsWith("-app")) used.merge("mount server", millis(folder, unified), Double::sum);
      }
    }
    return used;
  }

  /** The same, once none of them works any more. */
  static Map<String, Double> rested(String group) throws IOException, InterruptedException {
    while (true) {
      var before = until(group);
      Thread.sleep(LOOK_MILLIS);
      var after = until(group);
      if (sum(after) - sum(before) < REST_MILLIS) return after;
    }
  }

  private static double sum(Map<String, Double> used) {
    return used.values().stream().mapToDouble(d -> d).sum();
  }

  private static double millis(Path folder, boolean unified) throws IOException {
    if (!unified)
      return Long.parseLong(Files.readString(folder.resolve("cpuacct.usage")).strip())
          / (double) NANOS_PER_MILLI;
    for (String line : Files.readAllLines(folder.resolve("cpu.stat")))
      if (line.startsWith("usage_usec "))
        return Long.parseLong(line.substring("usage_usec ".length()).strip())
            / (double) MICROS_PER_MILLI;
    return 0;
  }
}
