package dev.theca.node.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Removes a control group and the empty ones below it. The kernel refuses one with a process in it
 * (cgroups(7)); one whose last process has just ended may be refused for a moment.
 */
final class GroupRemoval {
  private static final int[] PAUSES_MILLIS = {1, 2, 5, 10};
  private static final int DEEPEST = 32;

  private GroupRemoval() {}

  /** Whether it is gone. */
  static boolean remove(Path group) {
    for (int pause : PAUSES_MILLIS) {
      if (removed(group, 0)) return true;
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return removed(group, 0);
  }

  private static boolean removed(Path group, int depth) {
    if (deleted(group)) return true;
    var below = below(group);
    if (below.isEmpty() || depth == DEEPEST) return false;
    boolean all = true;
    for (Path child : below) all &= removed(child, depth + 1);
    return all && deleted(group);
  }

  /** rmdir(2): the only thing that a group's folder is open to. */
  private static boolean deleted(Path group) {
    try {
      Files.delete(group);
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> below(Path group) {
    try (var list = Files.list(group)) {
      return list.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList();
    } catch (IOException | java.io.UncheckedIOException e) {
      return List.of();
    }
  }
}
