package dev.theca.node.task;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the bundles of all tasks are, for a daemon that comes after this one: a symbolic link for
 * each, in a folder that a reboot empties.
 */
final class TaskIndex {
  private final Path folder;

  TaskIndex(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder, e);
    }
  }

  private Path link(String namespace, String id) {
    return folder.resolve(namespace + "@" + id);
  }

  /** Namespace and id that a link stands for; neither can have a {@code @}. */
  static String[] name(Path link) {
    return link.getFileName().toString().split("@", 2);
  }

  void add(String namespace, String id, Path bundle) {
    try {
      Path link = link(namespace, id);
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, bundle);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write down container " + id, e);
    }
  }

  void remove(String namespace, String id) {
    remove(link(namespace, id));
  }

  static void remove(Path link) {
    try {
      Files.deleteIfExists(link);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + link, e);
    }
  }

  /** All links; where they lead may be gone. */
  List<Path> all() {
    try (var links = Files.newDirectoryStream(folder, Files::isSymbolicLink)) {
      var all = new ArrayList<Path>();
      links.forEach(all::add);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }
}
