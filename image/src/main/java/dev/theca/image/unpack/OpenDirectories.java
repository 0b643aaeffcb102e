package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import dev.theca.linux.Directory;
import dev.theca.linux.Fd;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.function.BiConsumer;

/**
 * The directories of a tree on disk by handle, of which the last used ones are held open. One is
 * opened from its parent, name by name, so no path is ever resolved. One thread at a time.
 */
final class OpenDirectories implements AutoCloseable {
  static final int ROOT = 0;
  private static final int HELD = 64;
  private static final int NONE = -1;

  private final Directory root;
  private final Names names;
  private final IntPages parent = new IntPages();
  private final IntPages name = new IntPages();
  private final IntPages mode = new IntPages();
  private final LongPages mtimeNanos = new LongPages();
  private final LinkedHashMap<Integer, Directory> held = new LinkedHashMap<>(HELD, 0.75f, true);
  private int used = 1;
  private int free = NONE;

  OpenDirectories(Directory root, int maxNamesBytes) {
    this.root = root;
    this.names = new Names(maxNamesBytes);
    parent.set(ROOT, ROOT);
    attributes(ROOT, 0755, 0);
  }

  /** A handle for a new directory. */
  int add(int in, byte[] newName) {
    int handle = free == NONE ? used++ : free;
    if (handle == free) free = parent.get(handle);
    parent.set(handle, in);
    try {
      name.set(handle, names.add(newName));
    } catch (Malformed.Exceeded e) {
      throw new IllegalStateException("the unpacker's own limit is larger", e);
    }
    return handle;
  }

  /** What the directory shall have in the end. */
  void attributes(int handle, int bits, long nanos) {
    mode.set(handle, bits);
    mtimeNanos.set(handle, nanos);
  }

  void remove(int handle) {
    var ready = held.remove(handle);
    if (ready != null) ready.close();
    mode.set(handle, NONE);
    parent.set(handle, free);
    free = handle;
  }

  /** The directory, open; it stays so at least until another one but one was asked for. */
  Directory get(int handle) {
    if (handle == ROOT) return root;
    var ready = held.get(handle);
    if (ready != null) return ready;
    var opened = open(handle);
    held.put(handle, opened);
    if (held.size() > HELD) {
      var eldest = held.entrySet().iterator();
      eldest.next().getValue().close();
      eldest.remove();
    }
    return opened;
  }

  /** Opens name by name from the nearest directory above that is open. */
  private Directory open(int handle) {
    var below = new ArrayDeque<Integer>();
    int at = handle;
    for (; at != ROOT && !held.containsKey(at); at = parent.get(at)) below.push(at);
    var top = at == ROOT ? root : java.util.Objects.requireNonNull(held.get(at));
    var opened = top.open(names.get(name.get(below.pop())));
    while (!below.isEmpty()) {
      try (var above = opened) {
        opened = above.open(names.get(name.get(below.pop())));
      }
    }
    return opened;
  }

  /**
   * Gives every directory its mode and time, and what else {@code last} has for it. Modes that shut
   * the way down for who is not root come last, from below.
   */
  void restore(BiConsumer<Integer, Fd> last) {
    var shut = new ArrayList<Integer>();
    for (int handle = 0; handle < used; handle++) {
      if (mode.get(handle) == NONE) continue;
      if ((mode.get(handle) & 0500) == 0500) restore(handle, last);
      else shut.add(handle);
    }
    shut.sort((a, b) -> Integer.compare(depth(b), depth(a)));
    for (int handle : shut) restore(handle, last);
  }

  private void restore(int handle, BiConsumer<Integer, Fd> last) {
    var fd = get(handle).fd();
    fd.mode(mode.get(handle));
    last.accept(handle, fd);
    fd.times(mtimeNanos.get(handle));
  }

  private int depth(int handle) {
    int depth = 0;
    for (int at = handle; at != ROOT; at = parent.get(at)) depth++;
    return depth;
  }

  @Override
  public void close() {
    held.values().forEach(Directory::close);
    held.clear();
    root.close();
  }
}
