package dev.theca.node.plain;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Control groups of a container that was never made: a runtime that is killed while it makes one
 * leaves them, and knows of no container to delete. One with a process in it stays.
 */
final class EmptyGroups {
  private static final Path BASE = Path.of("/sys/fs/cgroup");

  private EmptyGroups() {}

  /** {@code path} as in config.json; systemd's form of it names no folder, and is left alone. */
  static void remove(String path) {
    if (!path.startsWith("/") || path.length() < 2) return;
    try {
      remove(BASE, path);
      try (var trees = Files.newDirectoryStream(BASE, Files::isDirectory)) {
        for (Path tree : trees) remove(tree, path);
      }
    } catch (IOException e) {
      System.getLogger("theca.node")
          .log(System.Logger.Level.WARNING, "stage=cleanup cgroup=" + path + " reason=" + e);
    }
  }

  private static void remove(Path tree, String path) throws IOException {
    Path group = tree.resolve("." + path).normalize();
    if (!group.startsWith(tree) || group.equals(tree)) return;
    try {
      Files.delete(group); // rmdir(2): the kernel refuses one that is in use
    } catch (NoSuchFileException | DirectoryNotEmptyException e) {
      return;
    } catch (FileSystemException e) {
      if (!String.valueOf(e.getReason()).contains("busy")) throw e;
    }
  }
}
