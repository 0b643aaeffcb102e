package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import org.jspecify.annotations.Nullable;

/** rename(2) and renameat2(2): moving, replacing, exchanging, leaving a whiteout. */
final class Renames {
  private static final int S_IFCHR = 0020000;

  private final Tree tree;
  private final Entries entries;
  private final Namespace.Clock clock;

  Renames(Tree tree, Entries entries, Namespace.Clock clock) {
    this.tree = tree;
    this.entries = entries;
    this.clock = clock;
  }

  void rename(Who who, long parent, byte[] from, long newParent, byte[] to, int flags) {
    boolean exchange = (flags & Namespace.EXCHANGE) != 0;
    if ((flags & ~7) != 0 || (exchange && flags != Namespace.EXCHANGE))
      throw new PosixException(Errno.EINVAL);
    Inode unused =
        entries.namingWithRoom(
            () -> {
              var source = entries.directory(parent);
              var target = entries.directory(newParent);
              var moved = entries.existing(source, from);
              var there = target.directory().find(Entries.name(to));
              if (target.nlink <= 0) throw new PosixException(Errno.ENOENT);
              if (moved.isDirectory() && isBelow(target, moved))
                throw new PosixException(Errno.EINVAL);
              if (exchange) {
                if (there == null) throw new PosixException(Errno.ENOENT);
                exchange(source, from, moved, target, to, tree.inode(there.ino));
                return moved;
              }
              if (there != null && (flags & Namespace.NOREPLACE) != 0)
                throw new PosixException(Errno.EEXIST);
              move(who, source, from, moved, target, to, there, (flags & Namespace.WHITEOUT) != 0);
              return moved;
            });
  }

  private void move(
      Who who,
      Inode source,
      byte[] from,
      Inode moved,
      Inode target,
      byte[] to,
      Directory.@Nullable Entry there,
      boolean whiteout) {
    Inode replaced = there == null ? null : tree.inode(there.ino);
    if (replaced == moved) return;
    if (replaced != null) mayReplace(moved, replaced);
    if (moved.isDirectory()
        && source != target
        && target.nlink - (replaced == null ? 0 : 1) >= Entries.LINK_MAX)
      throw new PosixException(Errno.EMLINK);
    Inode left = whiteout ? entries.inode(who, source, S_IFCHR, 0, 0, Inode.NOTHING) : null;
    if (replaced != null) {
      entries.remove(target, to, replaced);
      Inode unused = entries.reap(replaced);
    }
    entries.unnamed(source, from);
    entries.named(target, to, moved);
    adopt(source, target, moved);
    if (left != null) {
      entries.add(left);
      entries.named(source, from, left);
    }
    entries.touch(source, 0);
    if (source != target) entries.touch(target, 0);
    entries.change(moved, () -> moved.ctime = clock.nanos());
  }

  private static void mayReplace(Inode moved, Inode replaced) {
    if (moved.isDirectory() && !replaced.isDirectory()) throw new PosixException(Errno.ENOTDIR);
    if (!moved.isDirectory() && replaced.isDirectory()) throw new PosixException(Errno.EISDIR);
    if (replaced.isDirectory() && replaced.directory().size() > 0)
      throw new PosixException(Errno.ENOTEMPTY);
  }

  private void exchange(
      Inode source, byte[] from, Inode one, Inode target, byte[] to, Inode other) {
    if (one == other) return;
    if (other.isDirectory() && isBelow(source, other)) throw new PosixException(Errno.EINVAL);
    entries.unnamed(source, from);
    entries.unnamed(target, to);
    entries.named(source, from, other);
    entries.named(target, to, one);
    adopt(source, target, one);
    adopt(target, source, other);
    entries.touch(source, 0);
    if (source != target) entries.touch(target, 0);
    entries.change(one, () -> one.ctime = clock.nanos());
    entries.change(other, () -> other.ctime = clock.nanos());
  }

  private void adopt(Inode source, Inode target, Inode moved) {
    if (!moved.isDirectory() || source == target) return;
    entries.change(moved, () -> moved.parent = target.ino);
    entries.change(source, () -> source.nlink--);
    entries.change(target, () -> target.nlink++);
  }

  private boolean isBelow(Inode directory, Inode ancestor) {
    Inode at = directory;
    for (int depth = tree.size(); depth >= 0; depth--, at = tree.inode(at.parent)) {
      if (at == ancestor) return true;
      if (at.ino == Tree.ROOT || at.parent == at.ino) return false;
    }
    throw new PosixException(Errno.EIO); // a ring of directories
  }
}
