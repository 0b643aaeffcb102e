package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;

/**
 * The steps that changes of names are made of. The caller holds the gate and the lock of names;
 * each step takes the inode's own lock for what is guarded by it.
 */
final class Entries {
  static final int LINK_MAX = 65_000;
  private static final int NAME_MAX = 255;
  private static final int S_ISGID = 02000;

  private final Tree tree;
  private final Content content;
  private final Namespace.Clock clock;
  private final Room room;
  private final long maxInodes;

  Entries(Tree tree, Content content, Namespace.Clock clock, Room room, long maxInodes) {
    this.tree = tree;
    this.content = content;
    this.clock = clock;
    this.room = room;
    this.maxInodes = maxInodes;
  }

  /** A name that may be looked for. */
  static byte[] name(byte[] name) {
    if (name.length > NAME_MAX) throw new PosixException(Errno.ENAMETOOLONG);
    if (name.length == 0) throw new PosixException(Errno.ENOENT);
    return name;
  }

  Inode directory(long ino) {
    var inode = tree.inode(ino);
    if (!inode.isDirectory()) throw new PosixException(Errno.ENOTDIR);
    return inode;
  }

  /** What a name in a directory stands for. */
  Inode existing(Inode directory, byte[] name) {
    var entry = directory.directory().find(name(name));
    if (entry == null) throw new PosixException(Errno.ENOENT);
    return tree.inode(entry.ino);
  }

  /** Changes names; done again when an inode was lacking and room could be made. */
  <T> T namingWithRoom(Tree.Work<T> work) {
    return room.get(() -> tree.naming(work));
  }

  /** Makes an inode that is nowhere yet. */
  Inode inode(Who who, Inode directory, int mode, int rdev, int umask, byte[] target) {
    if (tree.size() >= maxInodes || tree.nextIno.get() >= Inodes.MAX) throw new Content.NoSlots();
    needRoom();
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

  /** New names and inodes may use part of what is reserved for metadata. */
  void needRoom() {
    content.needRoomForRecord();
  }

  void add(Inode inode) {
    tree.inodes.put(inode);
    tree.changes.inode(inode);
  }

  /** Gives an inode a name; links are the caller's to count. */
  void named(Inode directory, byte[] name, Inode inode) {
    var entry = directory.directory().add(name, inode.ino, inode.mode >> 12 & 15);
    tree.changes.named(directory.ino, entry);
  }

  /** Takes a name away; links are the caller's to count. */
  void unnamed(Inode directory, byte[] name) {
    var entry = directory.directory().remove(name);
    if (entry != null) tree.changes.unnamed(directory.ino, entry);
  }

  /** A directory's names changed, and how many directories it holds. */
  void touch(Inode directory, int links) {
    change(
        directory,
        () -> {
          directory.nlink += links;
          directory.mtime = directory.ctime = clock.nanos();
        });
  }

  /** Changes attributes of one inode. */
  void change(Inode inode, Runnable how) {
    tree.writing(
        inode,
        () -> {
          how.run();
          tree.changes.inode(inode);
          return inode;
        });
  }

  /** Takes a name and its link away. */
  void remove(Inode directory, byte[] name, Inode inode) {
    unnamed(directory, name);
    touch(directory, inode.isDirectory() ? -1 : 0);
    change(
        inode,
        () -> {
          inode.nlink = inode.isDirectory() ? 0 : inode.nlink - 1;
          inode.ctime = clock.nanos();
        });
  }

  /** Frees an inode that has no name and that nobody knows. */
  Inode reap(Inode inode) {
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
}
