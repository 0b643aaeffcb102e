package dev.theca.node.snapshot;

import dev.theca.linux.Directory;
import dev.theca.linux.Errno;
import dev.theca.linux.LinuxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * Deletes everything in a folder that is ours. A container may have made trees of any depth: what
 * lies deeper than {@link #DEPTH} is moved up into the folder first, so that neither descriptors
 * nor the stack grow with it. Links are never followed. What cannot be deleted (something is
 * mounted on it) stays and is tried again by the next call.
 */
public final class TreeRemoval {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final int DEPTH = 100;

  private final Directory top;
  private int moved;
  private int stuck;

  private TreeRemoval(Directory top) {
    this.top = top;
  }

  /** Deletes the folder with everything in it; false when something could not be deleted. */
  public static boolean delete(Path folder) throws IOException {
    if (empty(folder) > 0) return false;
    Files.delete(folder);
    return true;
  }

  /** Empties the folder; the number of things that could not be deleted. */
  static int empty(Path folder) {
    try (var top = Directory.open(folder)) {
      var removal = new TreeRemoval(top);
      int before;
      do {
        before = removal.moved;
        removal.stuck = 0;
        try (var again = Directory.open(folder)) {
          removal.empty(again, 1);
        }
      } while (removal.moved != before);
      return removal.stuck;
    }
  }

  private void empty(Directory directory, int depth) {
    // all names of a piece first: deleting under a reader may hide others on some file systems
    for (var names = directory.read(); !names.isEmpty(); names = directory.read())
      for (byte[] name : new ArrayList<>(names)) remove(directory, name, depth);
  }

  private void remove(Directory in, byte[] name, int depth) {
    try {
      if (!in.status(name).isDirectory()) {
        in.unlink(name);
        return;
      }
      if (depth > DEPTH) {
        byte[] aside =
            ("deep-" + moved++ + "-" + System.nanoTime()).getBytes(StandardCharsets.UTF_8);
        top.rename(in, name, aside);
        return;
      }
      try (var below = in.open(name)) {
        empty(below, depth + 1);
      }
      in.rmdir(name);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) return;
      if (e.errno() == Errno.ENOTEMPTY && moved > 0) return; // the next round comes back to it
      stuck++;
      LOG.log(System.Logger.Level.WARNING, "stage=sweep outcome=left reason=" + e.getMessage());
    }
  }
}
