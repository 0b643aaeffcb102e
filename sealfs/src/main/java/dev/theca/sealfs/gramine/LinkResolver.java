package dev.theca.sealfs.gramine;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Where a symbolic link of the tree leads, as in a process whose root is the tree
 * (path_resolution(7)): absolute targets begin at the root, and {@code ..} of the root is the root,
 * so nothing outside the tree is ever meant.
 */
final class LinkResolver {
  /** Links on the way to one target, as in Linux. */
  private static final int MAX_LINKS = 40;

  /** The end of a link. */
  sealed interface End {
    /** An inode that is no link; {@code clamped} when the way tried to climb above the root. */
    record Found(long ino, boolean clamped) implements End {}

    record Nowhere() implements End {}

    record Loop() implements End {}
  }

  private final TreeIndex tree;

  LinkResolver(TreeIndex tree) {
    this.tree = tree;
  }

  End resolve(long directory, long symlink) {
    var todo = new ArrayDeque<byte[]>();
    byte[] target = tree.target(symlink);
    long at = prepend(target, todo) ? TreeSource.ROOT : directory;
    boolean clamped = false;
    int links = 1;
    while (!todo.isEmpty()) {
      if (target.length == 0) return new End.Nowhere();
      if (tree.kind(at) != TreeIndex.Kind.DIRECTORY) return new End.Nowhere();
      byte[] name = todo.pop();
      if (name.length == 0 || isDots(name, 1)) continue;
      if (isDots(name, 2)) {
        clamped |= at == TreeSource.ROOT;
        at = tree.parent(at);
        continue;
      }
      var child = tree.child(at, name);
      if (child.isEmpty()) return new End.Nowhere();
      long next = child.get();
      if (tree.kind(next) != TreeIndex.Kind.SYMLINK) {
        at = next;
      } else {
        if (++links > MAX_LINKS) return new End.Loop();
        target = tree.target(next);
        if (prepend(target, todo)) at = TreeSource.ROOT;
      }
    }
    return new End.Found(at, clamped);
  }

  private static boolean isDots(byte[] name, int count) {
    if (name.length != count) return false;
    for (byte b : name) if (b != '.') return false;
    return true;
  }

  /** Puts a target's components before the rest of the way; whether it is absolute. */
  private static boolean prepend(byte[] target, Deque<byte[]> todo) {
    int end = target.length;
    for (int i = target.length - 1; i >= -1; i--) {
      if (i >= 0 && target[i] != '/') continue;
      todo.push(Arrays.copyOfRange(target, i + 1, end));
      end = i;
    }
    return target.length > 0 && target[0] == '/';
  }
}
