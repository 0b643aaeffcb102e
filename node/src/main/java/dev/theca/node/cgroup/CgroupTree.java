package dev.theca.node.cgroup;

import dev.theca.linux.FileSystemKind;
import dev.theca.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a machine's control groups are: version 2 with one tree for all controllers, or version 1
 * with a tree for each, maybe with an (often empty) tree of version 2 at {@code unified} (hybrid).
 * Told by the kind of file system, never by the names of folders (node.md 2.2).
 */
public record CgroupTree(Path base, boolean unified) {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final Path BASE = Path.of("/sys/fs/cgroup");
  private static final Path PROC = Path.of("/proc");

  /** Where a hybrid machine has version 2. */
  private static final String HYBRID = "unified";

  /** The name of version 2 among a group's folders: it has no controller of its own. */
  static final String UNIFIED = "";

  private static final class Machine {
    static final CgroupTree TREE = new CgroupTree(BASE, isUnified(BASE));
  }

  /** A machine without control groups counts as one with no controller at all. */
  private static boolean isUnified(Path base) {
    try {
      return FileSystemKind.of(base) == FileSystemKind.CGROUP2;
    } catch (LinuxException e) {
      return false;
    }
  }

  /** This machine's. */
  public static CgroupTree ofMachine() {
    return Machine.TREE;
  }

  /** The group of a process; empty when there is no such process. */
  public Optional<Cgroup> of(long pid) {
    try {
      return Optional.of(parse(Files.readString(PROC.resolve(pid + "/cgroup"))));
    } catch (IOException e) {
      return Optional.empty(); // also a process that ends while it is looked at
    }
  }

  /** Reads {@code /proc/PID/cgroup} (cgroups(7)); a line of another shape is left out. */
  Cgroup parse(String lines) {
    var folders = new LinkedHashMap<String, Path>();
    for (String line : lines.split("\n", -1)) {
      try {
        line(line.split(":", 3), folders);
      } catch (InvalidPathException e) {
        LOG.log(System.Logger.Level.DEBUG, "stage=cgroup outcome=skipped reason=\"" + e + "\"");
      }
    }
    return new Cgroup(this, folders);
  }

  private void line(String[] parts, Map<String, Path> folders) {
    if (parts.length < 3 || !parts[2].startsWith("/")) return;
    if (parts[0].equals("0") && parts[1].isEmpty()) {
      below(unified ? base : base.resolve(HYBRID), parts[2])
          .ifPresent(folder -> folders.put(UNIFIED, folder));
    } else if (!unified) {
      for (String controller : parts[1].split(",", -1)) {
        hierarchy(controller, parts[1])
            .flatMap(root -> below(root, parts[2]))
            .ifPresent(folder -> folders.put(controller, folder));
      }
    }
  }

  /** A group by the folders that {@link Cgroup#folders} told once, as after a restart. */
  public Cgroup at(Map<String, Path> folders) {
    return new Cgroup(this, folders);
  }

  /** Mounted under the name of one controller, or of all that share it ({@code cpu,cpuacct}). */
  private Optional<Path> hierarchy(String controller, String all) {
    String plain = controller.startsWith("name=") ? controller.substring(5) : controller;
    for (String name : new String[] {plain, all}) {
      if (name.isEmpty() || name.contains("/") || name.startsWith(".")) continue;
      Path root = base.resolve(name);
      if (Files.isDirectory(root)) return Optional.of(root);
    }
    return Optional.empty();
  }

  /** A path of the kernel below its hierarchy; one that leads out of it is not ours to read. */
  private static Optional<Path> below(Path root, String path) {
    Path folder = root.resolve("." + path).normalize();
    return folder.startsWith(root) ? Optional.of(folder) : Optional.empty();
  }
}
