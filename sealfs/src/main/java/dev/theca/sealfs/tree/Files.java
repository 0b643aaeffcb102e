package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Content and attributes of single inodes with POSIX semantics (sealfs reference 9). */
public final class Files {
  private static final int PERMISSIONS = 07777;
  private static final int S_ISUID = 04000;
  private static final int S_ISGID = 02000;
  private static final int S_IXGRP = 010;
  private static final byte[] CAPABILITY = Name.of("security.capability").bytes();

  /** Names and values of all attributes of one inode together, so that its record fits a chunk. */
  public static final int XATTRS_MAX = 48 << 10;

  public static final int XATTR_CREATE = 1;
  public static final int XATTR_REPLACE = 2;

  /** Of an access list: its setter is not in the file's group, so setgid goes. */
  public static final int XATTR_KILL_SGID = 1 << 16;

  public static final int KEEP_SIZE = 1;
  public static final int PUNCH_HOLE = 2;
  public static final int ZERO_RANGE = 16;

  private final Tree tree;
  private final Content content;
  private final Health health;
  private final Namespace.Clock clock;
  private final Room room;

  Files(Tree tree, Content content, Health health, Namespace.Clock clock, Room room) {
    this.tree = tree;
    this.content = content;
    this.health = health;
    this.clock = clock;
    this.room = room;
  }

  private Inode file(long ino) {
    var inode = tree.inode(ino);
    if (inode.isDirectory()) throw new PosixException(Errno.EISDIR);
    return inode;
  }

  /** Fills {@code into} from an offset; what it leaves empty is the end of the file. */
  public void read(long ino, long offset, ByteBuffer into) {
    health.mayRead();
    var inode = file(ino);
    if (offset < 0) throw new PosixException(Errno.EINVAL);
    room.with(() -> content.read(inode, offset, into));
  }

  /**
   * Writes all of {@code data}.
   *
   * @param cached the kernel's cache writes back: it keeps the times and the privileges itself
   */
  public int write(long ino, long offset, ByteBuffer data, boolean cached, boolean kill) {
    health.mayWrite();
    var inode = file(ino);
    int size = data.remaining();
    Runnable then =
        () -> {
          if (kill) killMode(inode);
          if (cached) return;
          inode.removeXattr(CAPABILITY);
          inode.mtime = inode.ctime = clock.nanos();
        };
    try {
      room.with(() -> content.write(inode, offset, data.duplicate(), then));
    } catch (PosixException e) {
      if (e.errno() != Errno.ENOSPC || !content.fitsByBlocks(inode, offset, size)) throw e;
      byBlocks(inode, offset, data.duplicate(), then);
    }
    return size;
  }

  /** A full volume has room for a little at a time of what gives back as much. */
  private void byBlocks(Inode inode, long offset, ByteBuffer data, Runnable then) {
    int end = data.limit();
    for (long at = offset; data.position() < end; ) {
      var piece = data.duplicate();
      piece.limit(Math.min(end, piece.position() + content.restOfBlock(at)));
      long from = at;
      at += piece.remaining();
      data.position(piece.limit());
      room.with(() -> content.write(inode, from, piece.duplicate(), then));
    }
  }

  /** Drops setuid, and setgid of what the group may execute (inode(7)). */
  private static void killMode(Inode inode) {
    inode.mode &= ~S_ISUID;
    if ((inode.mode & S_IXGRP) != 0) inode.mode &= ~S_ISGID;
  }

  public Stat setattr(Who who, long ino, SetAttr change) {
    health.mayWrite();
    var inode = tree.inode(ino);
    room.with(() -> tree.changing(inode, () -> apply(who, inode, change)));
    return Namespace.stat(inode);
  }

  private Inode apply(Who who, Inode inode, SetAttr change) {
    long now = clock.nanos();
    if (change.has(SetAttr.SIZE)) {
      if (inode.isDirectory()) throw new PosixException(Errno.EISDIR);
      if (!inode.isFile()) throw new PosixException(Errno.EINVAL);
      content.truncate(inode, change.size());
      inode.mtime = now;
    }
    if (dropsPrivileges(who, inode, change)) killMode(inode);
    if (change.has(SetAttr.MODE)) chmod(inode, change.mode());
    if (change.has(SetAttr.UID)) inode.uid = change.uid();
    if (change.has(SetAttr.GID)) inode.gid = change.gid();
    if (change.has(SetAttr.ATIME))
      inode.atime = change.has(SetAttr.ATIME_NOW) ? now : change.atime();
    if (change.has(SetAttr.MTIME))
      inode.mtime = change.has(SetAttr.MTIME_NOW) ? now : change.mtime();
    inode.ctime = change.has(SetAttr.CTIME) ? change.ctime() : now;
    tree.changes.inode(inode);
    return inode;
  }

  /**
   * Whether setuid and setgid go. Capabilities are removed by the kernel itself where chown(2) and
   * truncate(2) ask for it, and must stay where overlayfs copies a file up. Nothing is asked for at
   * all when fallocate(2), or chown(2) of -1, drops the bits; root may be allowed to keep them, the
   * kernel does not say. What root gives away before it has a name is overlayfs again: it sets the
   * mode first and the owner after.
   */
  private static boolean dropsPrivileges(Who who, Inode inode, SetAttr change) {
    if (inode.isDirectory()) return false;
    if (!change.has(SetAttr.ANYTHING)) return who.uid() != 0;
    if (change.has(SetAttr.UID | SetAttr.GID)) return inode.nlink > 0 || who.uid() != 0;
    return change.has(SetAttr.KILL_SUIDGID);
  }

  private static void chmod(Inode inode, int mode) {
    inode.mode = inode.mode & ~PERMISSIONS | mode & PERMISSIONS;
    Acl list = Acl.of(inode, Acl.ACCESS);
    if (list != null) inode.setXattr(Acl.ACCESS, list.withMode(mode & 0777).bytes());
  }

  public void setxattr(long ino, byte[] name, byte[] value, int flags) {
    health.mayWrite();
    namespace(name);
    var inode = tree.inode(ino);
    room.with(() -> tree.changing(inode, () -> setxattr(inode, name, value, flags)));
  }

  private Inode setxattr(Inode inode, byte[] name, byte[] value, int flags) {
    byte[] old = inode.xattr(name);
    boolean there = old != null;
    if ((flags & XATTR_CREATE) != 0 && there) throw new PosixException(Errno.EEXIST);
    if ((flags & XATTR_REPLACE) != 0 && !there) throw new PosixException(Errno.ENODATA);
    int more = old == null ? Inode.XATTR_HEAD + name.length : -old.length;
    if (inode.xattrBytes() + more + value.length > XATTRS_MAX)
      throw new PosixException(Errno.ENOSPC);
    if (more + value.length > 0) content.needRoomForRecord();
    if (isList(name)) setList(inode, name, value, (flags & XATTR_KILL_SGID) != 0);
    else inode.setXattr(name.clone(), value.clone());
    inode.ctime = clock.nanos();
    tree.changes.inode(inode);
    return inode;
  }

  private static boolean isList(byte[] name) {
    return Arrays.equals(name, Acl.ACCESS) || Arrays.equals(name, Acl.DEFAULT);
  }

  private static void setList(Inode inode, byte[] name, byte[] value, boolean killSgid) {
    if (inode.isSymlink()) throw new PosixException(Errno.EOPNOTSUPP);
    Acl list = Acl.parse(value);
    if (Arrays.equals(name, Acl.DEFAULT)) {
      if (!inode.isDirectory()) throw new PosixException(Errno.EACCES);
      if (list.isEmpty()) inode.removeXattr(name);
      else inode.setXattr(Acl.DEFAULT, value.clone());
      return;
    }
    if (!list.isEmpty()) inode.mode = inode.mode & ~0777 | list.mode();
    if (!list.isEmpty() && killSgid) inode.mode &= ~S_ISGID; // posix_acl_update_mode
    if (list.isEmpty() || list.isMode()) inode.removeXattr(name);
    else inode.setXattr(Acl.ACCESS, value.clone());
  }

  private static void namespace(byte[] name) {
    if (name.length > 255) throw new PosixException(Errno.ERANGE);
    String text = new Name(name).toString();
    boolean known =
        text.startsWith("user.")
            || text.startsWith("trusted.")
            || text.startsWith("security.")
            || isList(name);
    if (!known) throw new PosixException(Errno.EOPNOTSUPP);
    if (text.endsWith(".")) throw new PosixException(Errno.EINVAL);
  }

  /** The value; ENODATA when there is none. */
  public byte[] getxattr(long ino, byte[] name) {
    health.mayRead();
    namespace(name);
    var inode = tree.inode(ino);
    return tree.reading(
        inode,
        () -> {
          byte[] value = inode.xattr(name);
          if (value == null) throw new PosixException(Errno.ENODATA);
          return value;
        });
  }

  /** The names, each followed by a NUL; those of trusted only for root. */
  public byte[] listxattr(Who who, long ino) {
    health.mayRead();
    var inode = tree.inode(ino);
    return tree.reading(
        inode,
        () -> {
          var out = new ByteArrayOutputStream();
          for (int i = 0; i < inode.xattrs.length; i += 2) {
            byte[] name = inode.xattrs[i];
            if (who.uid() != 0 && new Name(name).toString().startsWith("trusted.")) continue;
            out.writeBytes(name);
            out.write(0);
          }
          return out.toByteArray();
        });
  }

  /** Removes an attribute; ENODATA when there is none, except of a list: then the mode is all. */
  public void removexattr(long ino, byte[] name) {
    health.mayWrite();
    namespace(name);
    var inode = tree.inode(ino);
    tree.changing(
        inode,
        () -> {
          boolean removed = inode.removeXattr(name);
          if (!removed && isList(name)) return inode;
          if (!removed) throw new PosixException(Errno.ENODATA);
          inode.ctime = clock.nanos();
          tree.changes.inode(inode);
          return inode;
        });
  }

  /** fallocate(2): room is kept, as long as the volume stays mounted. */
  public void fallocate(long ino, long offset, long length, int mode) {
    health.mayWrite();
    if ((mode & ~(KEEP_SIZE | PUNCH_HOLE | ZERO_RANGE)) != 0
        || mode == PUNCH_HOLE
        || (mode & (PUNCH_HOLE | ZERO_RANGE)) == (PUNCH_HOLE | ZERO_RANGE))
      throw new PosixException(Errno.EOPNOTSUPP);
    var inode = tree.inode(ino);
    if (inode.isDirectory()) throw new PosixException(Errno.EISDIR);
    if (!inode.isFile()) throw new PosixException(Errno.ENODEV);
    long end = offset + length;
    if (offset < 0 || length <= 0) throw new PosixException(Errno.EINVAL);
    if (end > Content.MAX_SIZE || end < 0) throw new PosixException(Errno.EFBIG);
    room.with(
        () ->
            tree.changing(
                inode,
                () -> {
                  if ((mode & PUNCH_HOLE) != 0) content.punch(inode, offset, length);
                  else if ((mode & ZERO_RANGE) != 0) content.zero(inode, offset, length);
                  else content.reserve(inode, offset, length);
                  if ((mode & KEEP_SIZE) == 0 && end > inode.size) content.truncate(inode, end);
                  inode.mtime = inode.ctime = clock.nanos();
                  tree.changes.inode(inode);
                  return inode;
                }));
  }

  /** SEEK_DATA or SEEK_HOLE (lseek(2)). */
  public long seek(long ino, long offset, boolean data) {
    health.mayRead();
    return content.seek(file(ino), offset, data);
  }
}
