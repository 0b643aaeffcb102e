package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Names and links of a volume with POSIX semantics (sealfs reference 9). Access is checked by the
 * kernel. "No" is a {@link PosixException}.
 */
public final class Namespace {
  private static final int NAME_MAX = 255;
  private static final int TARGET_MAX = 4095;
  private static final int LINK_MAX = 65_000;
  private static final int S_ISGID = 02000;
  private static final int S_IFCHR = 0020000;
  public static final int NOREPLACE = 1;
  public static final int EXCHANGE = 2;
  public static final int WHITEOUT = 4;

  private final Tree tree;
  private final Content content;
  private final Health health;
  private final Clock clock;
  private final Room room;
  private final long maxInodes;

  /** Nanoseconds since 1970; the host's, so it proves nothing. */
  @FunctionalInterface
  public interface Clock {
    long nanos();
  }

  Namespace(Tree tree, Content content, Health health, Clock clock, Room room, long maxInodes) {
    this.room = room;
    this.tree = tree;
    this.content = content;
    this.health = health;
    this.clock = clock;
    this.maxInodes = maxInodes;
  }

  private static byte[] name(byte[] name) {
    if (name.length > NAME_MAX) throw new PosixException(Errno.ENAMETOOLONG);
    if (name.length == 0) throw new PosixException(Errno.ENOENT);
    return name;
  }

  private Inode directory(long ino) {
    var inode = tree.inode(ino);
    if (!inode.isDirectory()) throw new PosixException(Errno.ENOTDIR);
    return inode;
  }

  private Inode existing(Inode directory, byte[] name) {
    var entry = directory.directory().find(name(name));
    if (entry == null) throw new PosixException(Errno.ENOENT);
    return tree.inode(entry.ino);
  }

  /** Looks a name up, and counts a look-up of what it stands for. */
  public Stat lookup(long parent, byte[] name) {
    health.mayRead();
    return tree.listing(
        () -> {
          var directory = directory(parent);
          if (name.length == 1 && name[0] == '.') return told(directory);
          if (name.length == 2 && name[0] == '.' && name[1] == '.')
            return told(tree.inode(directory.parent));
          return told(existing(directory, name));
        });
  }

  /** As {@link #lookup}, without counting; null when there is nothing. */
  public @Nullable Stat find(long parent, byte[] name) {
    var found =
        tree.listing(
            () -> {
              var entry = directory(parent).directory().find(name(name));
              return java.util.Optional.ofNullable(entry).map(there -> tree.inode(there.ino));
            });
    return found.map(Namespace::stat).orElse(null);
  }

  private static Stat told(Inode inode) {
    inode.told();
    return stat(inode);
  }

  /** Counts a look-up that a listing handed out. */
  public void looked(long ino) {
    var inode = tree.find(ino);
    if (inode == null) return;
    Stat unused = told(inode);
  }

  public Stat stat(long ino) {
    health.mayRead();
    return stat(tree.inode(ino));
  }

  /**
   * Takes no lock: each field is written whole, and one who asks while somebody writes may see some
   * of it, so that a look-up never waits for the content of a file.
   */
  static Stat stat(Inode i) {
    VarHandle.acquireFence();
    return new Stat(
        i.ino,
        i.mode,
        i.nlink,
        i.uid,
        i.gid,
        i.rdev,
        i.isDirectory() ? 4096 : i.size,
        i.isFile() ? Math.max(i.stored * 8, (i.bytes.length + 511) / 512) : 0,
        i.atime,
        i.mtime,
        i.ctime,
        i.btime);
  }

  /** The kernel forgets so many look-ups; what has no name and is forgotten goes. */
  public void forget(long ino, long lookups) {
    var inode = tree.find(ino);
    if (inode == null) return;
    boolean last = inode.forgotten(lookups) && inode.nlink <= 0;
    if (last) tree.naming(() -> reap(inode));
  }

  /** Nobody knows it any more; all counts start again with the next mount. */
  void forgetAll() {
    tree.naming(
        () -> {
          tree.inodes.each(
              inode -> {
                inode.forgottenWhole();
                Inode unused = reap(inode);
              });
          return tree;
        });
  }

  /** Frees an inode that has no name and that nobody knows. */
  private Inode reap(Inode inode) {
    return tree.writing(
        inode,
        () -> {
          if (inode.nlink > 0 || inode.gone) return inode;
          if (inode.isKnown()) {
            tree.nameless.add(inode.ino);
            return inode;
          }
          tree.nameless.remove(inode.ino);
          try {
            if (inode.isFile()) content.drop(inode);
          } catch (PosixException e) {
            return inode; // its list of blocks was changed by the host: nothing of it is freed
          }
          tree.inodes.remove(inode.ino);
          tree.changes.gone(inode);
          return inode;
        });
  }

  public byte[] readlink(long ino) {
    health.mayRead();
    var inode = tree.inode(ino);
    if (!inode.isSymlink()) throw new PosixException(Errno.EINVAL);
    return inode.bytes;
  }

  public Stat symlink(Who who, long parent, byte[] name, byte[] target) {
    if (target.length > TARGET_MAX) throw new PosixException(Errno.ENAMETOOLONG);
    if (target.length == 0) throw new PosixException(Errno.ENOENT);
    return made(who, parent, name, Inode.S_IFLNK | 0777, 0, 0, target);
  }

  public Stat mknod(Who who, long parent, byte[] name, int mode, int rdev, int umask) {
    return made(who, parent, name, mode, rdev, umask, Inode.NOTHING);
  }

  public Stat mkdir(Who who, long parent, byte[] name, int mode, int umask) {
    return made(who, parent, name, Inode.S_IFDIR | mode & 07777, 0, umask, Inode.NOTHING);
  }

  private Stat made(
      Who who, long parent, byte[] name, int mode, int rdev, int umask, byte[] target) {
    health.mayWrite();
    return namingWithRoom(
        () -> {
          var directory = directory(parent);
          if (directory.nlink <= 0) throw new PosixException(Errno.ENOENT);
          if (directory.directory().find(name(name)) != null)
            throw new PosixException(Errno.EEXIST);
          var inode = inode(who, directory, mode, rdev, umask, target);
          if (inode.isDirectory()) {
            if (directory.nlink >= LINK_MAX) throw new PosixException(Errno.EMLINK);
            inode.nlink = 2;
            inode.parent = parent;
          }
          add(inode);
          named(directory, name, inode);
          touch(directory, inode.isDirectory() ? 1 : 0);
          return told(inode);
        });
  }

  /** Changes names; done again when an inode was lacking and room could be made. */
  private <T> T namingWithRoom(Tree.Work<T> work) {
    return room.get(() -> tree.naming(work));
  }

  private Inode inode(Who who, Inode directory, int mode, int rdev, int umask, byte[] target) {
    if (tree.size() >= maxInodes || tree.nextIno.get() >= Inodes.MAX) throw new Content.NoSlots();
    var inode = new Inode(tree.nextIno.getAndIncrement(), mode);
    boolean inherits = (directory.mode & S_ISGID) != 0;
    inode.uid = who.uid();
    inode.gid = inherits ? directory.gid : who.gid();
    if (inherits && inode.isDirectory()) inode.mode |= S_ISGID;
    inode.nlink = 1;
    inode.rdev = rdev;
    inode.bytes = target;
    inode.size = target.length;
    long now = clock.nanos();
    inode.atime = inode.mtime = inode.ctime = inode.btime = now;
    Acl.inherit(directory, inode, umask);
    if (inode.xattrBytes() > Files.XATTRS_MAX) throw new PosixException(Errno.ENOSPC);
    return inode;
  }

  private void add(Inode inode) {
    tree.inodes.put(inode);
    tree.changes.inode(inode);
  }

  private void named(Inode directory, byte[] name, Inode inode) {
    var entry = directory.directory().add(name, inode.ino, inode.mode >> 12 & 15);
    tree.changes.named(directory.ino, entry);
  }

  private void unnamed(Inode directory, byte[] name) {
    var entry = directory.directory().remove(name);
    if (entry != null) tree.changes.unnamed(directory.ino, entry);
  }

  /** A directory's names changed, and how many directories it holds. */
  private void touch(Inode directory, int links) {
    change(
        directory,
        () -> {
          directory.nlink += links;
          directory.mtime = directory.ctime = clock.nanos();
        });
  }

  private void change(Inode inode, Runnable how) {
    tree.writing(
        inode,
        () -> {
          how.run();
          tree.changes.inode(inode);
          return inode;
        });
  }

  /** A file without a name (O_TMPFILE); the caller knows it already. */
  public Stat tmpfile(Who who, long parent, int mode, int umask) {
    health.mayWrite();
    return namingWithRoom(
        () -> {
          var inode = inode(who, directory(parent), mode, 0, umask, Inode.NOTHING);
          inode.nlink = 0;
          add(inode);
          return told(inode);
        });
  }

  public Stat link(long ino, long parent, byte[] name) {
    health.mayWrite();
    return tree.naming(
        () -> {
          var inode = tree.inode(ino);
          var directory = directory(parent);
          if (inode.isDirectory()) throw new PosixException(Errno.EPERM);
          if (directory.nlink <= 0) throw new PosixException(Errno.ENOENT);
          if (directory.directory().find(name(name)) != null)
            throw new PosixException(Errno.EEXIST);
          if (inode.nlink >= LINK_MAX) throw new PosixException(Errno.EMLINK);
          named(directory, name, inode);
          touch(directory, 0);
          change(
              inode,
              () -> {
                inode.nlink++;
                tree.nameless.remove(inode.ino);
                inode.ctime = clock.nanos();
              });
          return told(inode);
        });
  }

  public void unlink(long parent, byte[] name) {
    health.mayWrite();
    tree.naming(
        () -> {
          var directory = directory(parent);
          var inode = existing(directory, name);
          if (inode.isDirectory()) throw new PosixException(Errno.EISDIR);
          remove(directory, name, inode);
          return reap(inode);
        });
  }

  public void rmdir(long parent, byte[] name) {
    health.mayWrite();
    tree.naming(
        () -> {
          var directory = directory(parent);
          var inode = existing(directory, name);
          if (!inode.isDirectory()) throw new PosixException(Errno.ENOTDIR);
          if (inode.directory().size() > 0) throw new PosixException(Errno.ENOTEMPTY);
          remove(directory, name, inode);
          return reap(inode);
        });
  }

  private void remove(Inode directory, byte[] name, Inode inode) {
    unnamed(directory, name);
    touch(directory, inode.isDirectory() ? -1 : 0);
    change(
        inode,
        () -> {
          inode.nlink = inode.isDirectory() ? 0 : inode.nlink - 1;
          inode.ctime = clock.nanos();
        });
  }

  /** rename(2) and renameat2(2) with {@link #NOREPLACE}, {@link #EXCHANGE}, {@link #WHITEOUT}. */
  public void rename(Who who, long parent, byte[] from, long newParent, byte[] to, int flags) {
    health.mayWrite();
    boolean exchange = (flags & EXCHANGE) != 0;
    if ((flags & ~7) != 0 || (exchange && flags != EXCHANGE))
      throw new PosixException(Errno.EINVAL);
    Inode unused =
        namingWithRoom(
            () -> {
              var source = directory(parent);
              var target = directory(newParent);
              var moved = existing(source, from);
              var there = target.directory().find(name(to));
              if (target.nlink <= 0) throw new PosixException(Errno.ENOENT);
              if (moved.isDirectory() && isBelow(target, moved))
                throw new PosixException(Errno.EINVAL);
              if (exchange) {
                if (there == null) throw new PosixException(Errno.ENOENT);
                exchange(source, from, moved, target, to, tree.inode(there.ino));
                return moved;
              }
              if (there != null && (flags & NOREPLACE) != 0) throw new PosixException(Errno.EEXIST);
              move(who, source, from, moved, target, to, there, (flags & WHITEOUT) != 0);
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
        && target.nlink - (replaced == null ? 0 : 1) >= LINK_MAX)
      throw new PosixException(Errno.EMLINK);
    Inode left = whiteout ? inode(who, source, S_IFCHR, 0, 0, Inode.NOTHING) : null;
    if (replaced != null) {
      remove(target, to, replaced);
      Inode unused = reap(replaced);
    }
    unnamed(source, from);
    named(target, to, moved);
    adopt(source, target, moved);
    if (left != null) {
      add(left);
      named(source, from, left);
    }
    touch(source, 0);
    if (source != target) touch(target, 0);
    change(moved, () -> moved.ctime = clock.nanos());
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
    unnamed(source, from);
    unnamed(target, to);
    named(source, from, other);
    named(target, to, one);
    adopt(source, target, one);
    adopt(target, source, other);
    touch(source, 0);
    if (source != target) touch(target, 0);
    change(one, () -> one.ctime = clock.nanos());
    change(other, () -> other.ctime = clock.nanos());
  }

  private void adopt(Inode source, Inode target, Inode moved) {
    if (!moved.isDirectory() || source == target) return;
    change(moved, () -> moved.parent = target.ino);
    change(source, () -> source.nlink--);
    change(target, () -> target.nlink++);
  }

  private boolean isBelow(Inode directory, Inode ancestor) {
    Inode at = directory;
    for (int depth = tree.size(); depth >= 0; depth--, at = tree.inode(at.parent)) {
      if (at == ancestor) return true;
      if (at.ino == Tree.ROOT || at.parent == at.ino) return false;
    }
    throw new PosixException(Errno.EIO); // a ring of directories
  }

  /** Takes names one by one; false when the next one does not fit any more. */
  @FunctionalInterface
  public interface Names {
    boolean add(byte[] name, long cookie, Stat of);
  }

  /** Lists a directory after a cookie, "." and ".." first. */
  public void list(long ino, long after, Names names) {
    health.mayRead();
    tree.listing(
        () -> {
          var inode = directory(ino);
          if (after < 1 && !names.add(new byte[] {'.'}, 1, stat(inode))) return inode;
          var up = tree.find(inode.parent);
          if (after < 2 && !names.add(new byte[] {'.', '.'}, 2, stat(up == null ? inode : up)))
            return inode;
          inode
              .directory()
              .after(
                  Math.max(after, 2),
                  entry -> names.add(entry.name, entry.id, stat(tree.inode(entry.ino))));
          return inode;
        });
  }

  /** How many inodes there are. */
  public int inodes() {
    return tree.size();
  }

  /** How many more there may be. */
  public long inodesLeft() {
    return Math.max(0, maxInodes - tree.size());
  }
}
