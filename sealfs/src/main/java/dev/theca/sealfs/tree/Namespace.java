package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Names and links of a volume with POSIX semantics (sealfs reference 9). Access is checked by the
 * kernel. "No" is a {@link PosixException}.
 */
public final class Namespace {
  private static final int TARGET_MAX = 4095;
  public static final int NOREPLACE = 1;
  public static final int EXCHANGE = 2;
  public static final int WHITEOUT = 4;

  private final Tree tree;
  private final Health health;
  private final Clock clock;
  private final Entries entries;
  private final Renames renames;
  private final long maxInodes;

  /** Nanoseconds since 1970; the host's, so it proves nothing. */
  @FunctionalInterface
  public interface Clock {
    long nanos();
  }

  Namespace(Tree tree, Content content, Health health, Clock clock, Room room, long maxInodes) {
    this.tree = tree;
    this.entries = new Entries(tree, content, clock, room, maxInodes);
    this.renames = new Renames(tree, entries, clock);
    this.health = health;
    this.clock = clock;
    this.maxInodes = maxInodes;
  }

  /** Looks a name up, and counts a look-up of what it stands for. */
  public Stat lookup(long parent, byte[] name) {
    health.mayRead();
    return tree.listing(
        () -> {
          var directory = entries.directory(parent);
          if (name.length == 1 && name[0] == '.') return told(directory);
          if (name.length == 2 && name[0] == '.' && name[1] == '.')
            return told(tree.inode(directory.parent));
          return told(entries.existing(directory, name));
        });
  }

  /** As {@link #lookup}, without counting; null when there is nothing. */
  public @Nullable Stat find(long parent, byte[] name) {
    var found =
        tree.listing(
            () -> {
              var entry = entries.directory(parent).directory().find(Entries.name(name));
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
        i.isFile() ? sectors(i) : 0,
        i.atime,
        i.mtime,
        i.ctime,
        i.btime);
  }

  private static long sectors(Inode i) {
    var promises = i.promises;
    long slots = i.stored + (promises == null ? 0 : promises.slots());
    return Math.max(slots * 8, (i.bytes.length + 511) / 512);
  }

  /** The kernel forgets so many look-ups; what has no name and is forgotten goes. */
  public void forget(long ino, long lookups) {
    var inode = tree.find(ino);
    if (inode == null) return;
    boolean last = inode.forgotten(lookups) && inode.nlink <= 0;
    if (last) tree.naming(() -> entries.reap(inode));
  }

  /** Nobody knows it any more; all counts start again with the next mount. */
  void forgetAll() {
    tree.naming(
        () -> {
          tree.inodes.each(
              inode -> {
                inode.forgottenWhole();
                Inode unused = entries.reap(inode);
              });
          return tree;
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
    return entries.namingWithRoom(
        () -> {
          var directory = entries.directory(parent);
          if (directory.nlink <= 0) throw new PosixException(Errno.ENOENT);
          if (directory.directory().find(Entries.name(name)) != null)
            throw new PosixException(Errno.EEXIST);
          var inode = entries.inode(who, directory, mode, rdev, umask, target);
          if (inode.isDirectory()) {
            if (directory.nlink >= Entries.LINK_MAX) throw new PosixException(Errno.EMLINK);
            inode.nlink = 2;
            inode.parent = parent;
          }
          entries.add(inode);
          entries.named(directory, name, inode);
          entries.touch(directory, inode.isDirectory() ? 1 : 0);
          return told(inode);
        });
  }

  /** A file without a name (O_TMPFILE); the caller knows it already. */
  public Stat tmpfile(Who who, long parent, int mode, int umask) {
    health.mayWrite();
    return entries.namingWithRoom(
        () -> {
          var inode = entries.inode(who, entries.directory(parent), mode, 0, umask, Inode.NOTHING);
          inode.nlink = 0;
          entries.add(inode);
          return told(inode);
        });
  }

  public Stat link(long ino, long parent, byte[] name) {
    health.mayWrite();
    return entries.namingWithRoom(
        () -> {
          var inode = tree.inode(ino);
          var directory = entries.directory(parent);
          if (inode.isDirectory()) throw new PosixException(Errno.EPERM);
          if (directory.nlink <= 0) throw new PosixException(Errno.ENOENT);
          if (directory.directory().find(Entries.name(name)) != null)
            throw new PosixException(Errno.EEXIST);
          if (inode.nlink >= Entries.LINK_MAX) throw new PosixException(Errno.EMLINK);
          entries.needRoom();
          entries.named(directory, name, inode);
          entries.touch(directory, 0);
          entries.change(
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
          var directory = entries.directory(parent);
          var inode = entries.existing(directory, name);
          if (inode.isDirectory()) throw new PosixException(Errno.EISDIR);
          entries.remove(directory, name, inode);
          return entries.reap(inode);
        });
  }

  public void rmdir(long parent, byte[] name) {
    health.mayWrite();
    tree.naming(
        () -> {
          var directory = entries.directory(parent);
          var inode = entries.existing(directory, name);
          if (!inode.isDirectory()) throw new PosixException(Errno.ENOTDIR);
          if (inode.directory().size() > 0) throw new PosixException(Errno.ENOTEMPTY);
          entries.remove(directory, name, inode);
          return entries.reap(inode);
        });
  }

  /** rename(2) and renameat2(2) with {@link #NOREPLACE}, {@link #EXCHANGE}, {@link #WHITEOUT}. */
  public void rename(Who who, long parent, byte[] from, long newParent, byte[] to, int flags) {
    health.mayWrite();
    renames.rename(who, parent, from, newParent, to, flags);
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
          var inode = entries.directory(ino);
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
