package dev.theca.bench.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Memory of what a pod needs beside its own program: Pss of smaps_rollup, in MiB. */
final class PodMemory {
  private static final Path TOP = Path.of("/sys/fs/cgroup");

  private PodMemory() {}

  /**
   * All processes below the pod's control group but those of the container itself, and the shim
   * that has the sandbox's name in its command line.
   */
  static double besideMiB(String group, String container, String sandbox) throws IOException {
    var counted = new HashSet<String>();
    Path own = (Files.exists(TOP.resolve("cgroup.controllers")) ? TOP : TOP.resolve("memory"));
    try (Stream<Path> all = Files.walk(own.resolve(group.substring(1)))) {
      for (Path file : all.filter(p -> p.endsWith("cgroup.procs")).toList())
        if (!file.getParent().endsWith(container)) counted.addAll(Files.readAllLines(file));
    }
    counted.addAll(shims(sandbox));
    double kib = 0;
    for (String pid : counted) kib += pssKib(pid);
    return kib / 1024;
  }

  private static Set<String> shims(String sandbox) throws IOException {
    var found = new HashSet<String>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process : (Iterable<Path>) all::iterator) {
        String line = read(process.resolve("cmdline"));
        if (line.contains("containerd-shim-runc-v2") && line.contains(sandbox))
          found.add(process.getFileName().toString());
      }
    }
    return found;
  }

  private static double pssKib(String pid) {
    return List.of(read(Path.of("/proc", pid, "smaps_rollup")).split("\n")).stream()
        .filter(row -> row.startsWith("Pss:"))
        .mapToLong(row -> Long.parseLong(row.replaceAll("\\D", "")))
        .sum();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // it is no process, or has ended
    }
  }
}
