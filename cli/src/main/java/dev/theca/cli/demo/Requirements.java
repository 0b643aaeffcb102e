package dev.theca.cli.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the demo needs on this machine, and the Debian package that brings each missing piece. */
final class Requirements {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Requirements() {}

  /**
   * Missing programs and their packages, in the order of the table; empty when the machine is
   * ready.
   */
  static Map<String, String> missing(boolean ownContainerd, boolean redis) {
    var needed = new LinkedHashMap<String, String>();
    if (!ownContainerd) needed.put("containerd", "containerd");
    needed.put("runc", "runc");
    if (redis) needed.put("redis-server", "redis-server");
    var missing = new LinkedHashMap<String, String>();
    needed.forEach(
        (program, packageName) -> {
          if (find(program).isEmpty()) missing.put(program, packageName);
        });
    return missing;
  }

  /** A program on the usual path. */
  static Optional<Path> find(String program) {
    for (String folder : FOLDERS) {
      Path path = Path.of(folder, program);
      if (Files.isExecutable(path)) return Optional.of(path);
    }
    return Optional.empty();
  }

  /** The exact line that brings what is missing. */
  static List<String> aptLine(Map<String, String> missing) {
    var line = new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
    missing.values().stream().distinct().forEach(line::add);
    return line;
  }

  /** Brings what is missing, as root; an exit code other than 0 says that the demo cannot run. */
  static int settle(
      @org.jspecify.annotations.Nullable Path containerd, boolean redis, java.io.PrintStream out) {
    if (containerd != null && !Files.isExecutable(containerd.resolve("containerd"))) {
      out.println("--containerd: there is no program containerd in " + containerd);
      return 64;
    }
    for (String obstacle : obstacles()) out.println("missing: " + obstacle);
    if (!obstacles().isEmpty()) return 69;
    var missing = missing(containerd != null, redis);
    if (missing.isEmpty()) return 0;
    var line = aptLine(missing);
    out.println(
        "missing: " + String.join(", ", missing.keySet()) + "\n  " + String.join(" ", line));
    try {
      if (apt(line, out) != 0 && apt(List.of("apt-get", "update"), out) == 0) {
        int unused = apt(line, out); // with fresh lists
      }
    } catch (java.io.IOException e) {
      out.println("apt-get cannot be run: " + e.getMessage());
      return 69;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 69;
    }
    if (missing(containerd != null, redis).isEmpty()) return 0;
    out.println("the line above failed; run it by hand and try again");
    return 69;
  }

  private static int apt(List<String> line, java.io.PrintStream out)
      throws java.io.IOException, InterruptedException {
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    var process = builder.start();
    process.getOutputStream().close();
    try (var log = process.getInputStream()) {
      log.transferTo(out);
    }
    return process.waitFor();
  }

  /** Things that no package brings; each entry says what to do. */
  static List<String> obstacles() {
    var obstacles = new ArrayList<String>();
    if (!Files.exists(Path.of("/dev/fuse")))
      obstacles.add("/dev/fuse is missing: run 'modprobe fuse' (container: --device /dev/fuse)");
    if (!Files.exists(Path.of("/sys/fs/cgroup")))
      obstacles.add("/sys/fs/cgroup is missing: mount the cgroup file system");
    return obstacles;
  }
}
