package dev.theca.node.plain;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Control groups of a container that was never made: a runtime that is killed while it makes one
 * leaves them, and knows of no container to delete. Its child may still be in them then and ends by
 * itself, for which this waits; one with another process in it stays.
 */
final class EmptyGroups {
  private static final Path BASE = Path.of("/sys/fs/cgroup");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What a runtime's child is called: after /proc/self/exe or a descriptor at first. */
  private static final Pattern BEGUN = Pattern.compile("runc.*|exe|[0-9]+");

  private EmptyGroups() {}

  /** {@code path} as in config.json; systemd's form of it names no folder, and is left alone. */
  static void remove(String path) {
    remove(BASE, path, PATIENCE);
  }

  static void remove(Path base, String path, Duration patience) {
    if (!path.startsWith("/") || path.length() < 2) return;
    long end = System.nanoTime() + patience.toNanos();
    try {
      remove(base, base, path, end);
      try (var trees = Files.newDirectoryStream(base, Files::isDirectory)) {
        for (Path tree : trees) remove(base, tree, path, end);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.getLogger("theca.node")
          .log(System.Logger.Level.WARNING, "stage=cleanup cgroup=" + path + " reason=" + e);
    }
  }

  private static void remove(Path base, Path tree, String path, long end)
      throws IOException, InterruptedException {
    Path group = tree.resolve("." + path).normalize();
    if (!group.startsWith(tree) || group.equals(tree) || group.equals(base)) return;
    for (long pause = 1; !gone(group); pause = Math.min(100, 2 * pause)) {
      if (System.nanoTime() > end || isUsed(group)) return;
      Thread.sleep(pause);
    }
  }

  /** Whether rmdir(2) took it away or is of no use: the kernel refuses one that is in use. */
  private static boolean gone(Path group) throws IOException {
    try {
      Files.delete(group);
      return true;
    } catch (NoSuchFileException | DirectoryNotEmptyException e) {
      return true;
    } catch (FileSystemException e) {
      if (!String.valueOf(e.getReason()).contains("busy")) throw e;
      return false;
    }
  }

  /** Whether a process is in it that is more than what a runtime began. */
  private static boolean isUsed(Path group) {
    for (String process : read(group.resolve("cgroup.procs"))) {
      var name = read(Path.of("/proc", process, "comm"));
      if (!name.isEmpty() && !BEGUN.matcher(name.getFirst()).matches()) return true;
    }
    return false;
  }

  /** The lines of a file; none when what it is about has ended. */
  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
