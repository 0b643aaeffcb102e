package dev.theca.node.runc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What {@code runc delete} does for a container whose init has ended, without the process: its
 * control groups go, then its folder (libcontainer, destroy). The description goes last, so that
 * the runtime can do all of it when something was in the way. A unit of systemd is the runtime's to
 * stop: one that ran out of memory stays failed until somebody resets it.
 */
final class DirectDelete {
  private static final String STATE = "state.json";
  private static final String FIFO = "exec.fifo";
  private static final Set<String> FILES = Set.of(STATE, FIFO);

  private DirectDelete() {}

  /** Removes the container of this folder; false when it is for the runtime to do it. */
  static boolean done(Path folder) {
    var state = ContainerState.read(folder).filter(s -> !s.init().lives() && !s.group().isFrozen());
    if (state.isEmpty() || state.get().unit() || !holdsOnlyOurs(folder)) return false;
    if (!state.get().group().remove()) return false;
    try {
      Files.deleteIfExists(folder.resolve(FIFO));
      Files.deleteIfExists(folder.resolve(STATE));
      Files.delete(folder);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean holdsOnlyOurs(Path folder) {
    try (var list = Files.list(folder)) {
      return list.allMatch(file -> FILES.contains(file.getFileName().toString()));
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }
}
