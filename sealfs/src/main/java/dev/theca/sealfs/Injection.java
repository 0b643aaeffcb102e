package dev.theca.sealfs;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Puts entries into a tree that is not mounted yet, and finds them. Symlinks are never followed.
 */
final class Injection {
  private Injection() {}

  static Inode file(Volume volume, String path, int mode) {
    var parts = parts(path);
    var parent = directories(volume, parts.subList(0, parts.size() - 1));
    var name = Name.of(parts.getLast());
    var old = parent.child(name);
    if (old != null) {
      var there = volume.inodes.get(old.ino());
      if (there != null && there.isDirectory())
        throw new IllegalArgumentException(path + " is a directory");
      parent.remove(name);
      if (there != null) there.nlink--;
    }
    return add(volume, parent, name, Inode.S_IFREG | mode);
  }

  static Inode directory(Volume volume, String path, int mode) {
    var directory = directories(volume, parts(path));
    directory.mode = Inode.S_IFDIR | mode;
    return directory;
  }

  static Optional<Inode> find(Volume volume, String path) {
    Inode at = volume.inodes.get(VolumeWriter.ROOT);
    for (String part : parts(path)) {
      if (at == null || !at.isDirectory()) return Optional.empty();
      var child = at.child(Name.of(part));
      at = child == null ? null : volume.inodes.get(child.ino());
    }
    return Optional.ofNullable(at);
  }

  private static Inode directories(Volume volume, List<String> parts) {
    if (!volume.writable()) throw new IllegalStateException("the volume has no upper");
    Inode at = java.util.Objects.requireNonNull(volume.inodes.get(VolumeWriter.ROOT));
    for (String part : parts) {
      var child = at.child(Name.of(part));
      Inode next = child == null ? null : volume.inodes.get(child.ino());
      if (next != null && !next.isDirectory())
        throw new IllegalArgumentException("'" + part + "' is no directory");
      if (next == null) {
        next = add(volume, at, Name.of(part), Inode.S_IFDIR | 0755);
        next.nlink = 2;
        next.parent = at.ino;
        at.nlink++;
      }
      at = next;
    }
    return at;
  }

  private static Inode add(Volume volume, Inode parent, Name name, int mode) {
    var inode = new Inode(volume.nextIno.getAndIncrement(), mode);
    inode.nlink = 1;
    var now = java.time.Instant.now();
    inode.atimeNanos =
        inode.mtimeNanos = inode.ctimeNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    volume.inodes.put(inode.ino, inode);
    parent.put(name, inode.ino);
    return inode;
  }

  private static List<String> parts(String path) {
    var parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
    if (parts.isEmpty() || parts.contains("..") || parts.contains("."))
      throw new IllegalArgumentException("no plain path: " + path);
    return parts;
  }
}
