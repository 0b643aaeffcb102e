package dev.theca.node.snapshot;

import dev.theca.linux.Directory;
import dev.theca.linux.Errno;
import dev.theca.linux.FileStatus;
import dev.theca.linux.LinuxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What a tree takes on disk, counted as the stock snapshotter does: blocks of 512 bytes, each inode
 * once however many names it has, the root itself included. Names that vanish while it counts are
 * left out, and so is what lies deeper than {@link #DEPTH}.
 *
 * @param size bytes
 */
record TreeUsage(long size, long inodes) {
  static final TreeUsage UNKNOWN = new TreeUsage(-1, -1);

  /** A layer that is not on this host. */
  static final TreeUsage PLACEHOLDER = new TreeUsage(4096, 1);

  private static final int DEPTH = 512;

  private record Inode(long device, long number) {}

  private static final class Sum {
    final Set<Inode> linked = new HashSet<>();
    long blocks;
    long inodes;

    void add(FileStatus file) {
      if (!file.isDirectory()
          && file.links() > 1
          && !linked.add(new Inode(file.device(), file.inode()))) return;
      blocks += file.blocks();
      inodes++;
    }
  }

  static TreeUsage of(Path root) {
    var sum = new Sum();
    try (var directory = Directory.open(root)) {
      sum.add(directory.status());
      count(directory, sum, 1);
    }
    return new TreeUsage(sum.blocks * 512, sum.inodes);
  }

  private static void count(Directory directory, Sum sum, int depth) {
    for (var names = directory.read(); !names.isEmpty(); names = directory.read()) {
      for (byte[] name : names) {
        try {
          var file = directory.status(name);
          sum.add(file);
          if (!file.isDirectory() || depth >= DEPTH) continue;
          try (var below = directory.open(name)) {
            count(below, sum, depth + 1);
          }
        } catch (LinuxException e) {
          if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) throw e;
        }
      }
    }
  }

  boolean known() {
    return inodes >= 0;
  }

  TreeUsage plus(TreeUsage other) {
    return new TreeUsage(size + other.size, inodes + other.inodes);
  }
}
