package dev.theca.sealfs.gramine;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All names of a tree, read once: directories with their sorted entries, and their parents. */
final class TreeIndex {
  private static final int S_IFMT = 0170000;

  /** What an inode is; everything that is not one of the first three is special. */
  enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    SPECIAL;

    static Kind of(int mode) {
      return switch (mode & S_IFMT) {
        case 0100000 -> FILE;
        case 0040000 -> DIRECTORY;
        case 0120000 -> SYMLINK;
        default -> SPECIAL;
      };
    }
  }

  private record Place(long parent, byte[] name) {}

  private final TreeSource source;
  private final Map<Long, SortedMap<ByteBuffer, Long>> directories = new HashMap<>();
  private final Map<Long, Place> places = new HashMap<>();
  private int entries;

  private TreeIndex(TreeSource source) {
    this.source = source;
  }

  /** Reads all directories; empty when there are more than {@code max} names. */
  static Optional<TreeIndex> of(TreeSource source, int max) {
    var index = new TreeIndex(source);
    var todo = new ArrayDeque<>(List.of(TreeSource.ROOT));
    while (!todo.isEmpty()) {
      long directory = todo.pop();
      for (long below : index.load(directory)) todo.push(below);
      if (index.entries > max) return Optional.empty();
    }
    return Optional.of(index);
  }

  private List<Long> load(long directory) {
    var names = new TreeMap<ByteBuffer, Long>(TreeIndex::compare);
    var below = new ArrayList<Long>();
    source.children(
        directory,
        (name, ino) -> {
          if (names.put(ByteBuffer.wrap(name.clone()), ino) != null)
            throw new PfException("a directory of the tree has a name twice");
          if (Kind.of(source.item(ino).mode()) != Kind.DIRECTORY) return;
          if (ino == TreeSource.ROOT || places.put(ino, new Place(directory, name.clone())) != null)
            throw new PfException("a directory of the tree has two parents");
          below.add(ino);
        });
    directories.put(directory, names);
    entries += names.size();
    return below;
  }

  /** Unsigned order of bytes; a buffer's own order is signed. */
  private static int compare(ByteBuffer a, ByteBuffer b) {
    return Arrays.compareUnsigned(a.array(), b.array());
  }

  TreeSource.Item item(long ino) {
    return source.item(ino);
  }

  Kind kind(long ino) {
    return Kind.of(item(ino).mode());
  }

  byte[] target(long symlink) {
    return source.target(symlink);
  }

  SortedMap<ByteBuffer, Long> children(long directory) {
    return Collections.unmodifiableSortedMap(names(directory));
  }

  Optional<Long> child(long directory, byte[] name) {
    return Optional.ofNullable(names(directory).get(ByteBuffer.wrap(name)));
  }

  private SortedMap<ByteBuffer, Long> names(long directory) {
    return Objects.requireNonNull(directories.get(directory), "a directory of the tree");
  }

  private Place place(long directory) {
    return Objects.requireNonNull(places.get(directory), "a directory of the tree");
  }

  /** The root is its own parent. */
  long parent(long directory) {
    return directory == TreeSource.ROOT ? directory : place(directory).parent();
  }

  /** A directory's path relative to the root; empty for the root itself. */
  byte[] path(long directory) {
    if (directory == TreeSource.ROOT) return new byte[0];
    Place place = place(directory);
    return join(path(place.parent()), place.name());
  }

  static byte[] join(byte[] directory, byte[] name) {
    if (directory.length == 0) return name.clone();
    byte[] path = Arrays.copyOf(directory, directory.length + 1 + name.length);
    path[directory.length] = '/';
    System.arraycopy(name, 0, path, directory.length + 1, name.length);
    return path;
  }
}
