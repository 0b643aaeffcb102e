package dev.theca.sealfs;

import dev.theca.linux.Errno;
import dev.theca.linux.fuse.FuseAttr;
import dev.theca.linux.fuse.FuseCaller;
import dev.theca.linux.fuse.FuseException;
import dev.theca.linux.fuse.FuseFlags;
import dev.theca.linux.fuse.FuseHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A volume as a POSIX file system. Lock order: the tree's lock (names, links, lookups), then one
 * inode's lock (content, attributes). Modes are checked by the kernel.
 */
final class SealFs implements FuseHandler {
  private static final int PERMISSIONS = 07777;
  private static final int SUID_SGID = 06000;
  private static final int XATTR_MAX = 64 << 10;

  private final Volume volume;
  private final FileContent content;
  private final ReentrantReadWriteLock tree = new ReentrantReadWriteLock();

  SealFs(Volume volume, FileContent.TamperWatch watch) {
    this.volume = volume;
    this.content = new FileContent(volume, watch);
  }

  private Inode inode(long ino) {
    var inode = volume.inodes.get(ino);
    if (inode == null) throw new FuseException(Errno.ENOENT);
    return inode;
  }

  private Inode directory(long ino) {
    var inode = inode(ino);
    if (!inode.isDirectory()) throw new FuseException(Errno.ENOTDIR);
    return inode;
  }

  private static Name name(byte[] bytes) {
    if (bytes.length > 255) throw new FuseException(Errno.ENAMETOOLONG);
    return new Name(bytes);
  }

  private static long now() {
    var now = java.time.Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  private interface Work<T> {
    T run();
  }

  private <T> T reading(Work<T> work) {
    tree.readLock().lock();
    try {
      return work.run();
    } finally {
      tree.readLock().unlock();
    }
  }

  private <T> T changing(Work<T> work) {
    if (!volume.writable()) throw new FuseException(Errno.EROFS);
    tree.writeLock().lock();
    try {
      return work.run();
    } finally {
      tree.writeLock().unlock();
    }
  }

  private static <T> T locked(Inode inode, Work<T> work) {
    inode.lock.lock();
    try {
      return work.run();
    } finally {
      inode.lock.unlock();
    }
  }

  private static FuseAttr attr(Inode i) {
    return locked(
        i,
        () ->
            new FuseAttr(
                i.ino,
                i.isDirectory() ? 4096 : i.size,
                (i.size + 511) / 512,
                i.atimeNanos,
                i.mtimeNanos,
                i.ctimeNanos,
                i.mode,
                i.nlink,
                i.uid,
                i.gid,
                i.rdev,
                4096));
  }

  private static Entry entry(Inode inode) {
    locked(inode, () -> ++inode.lookups);
    return new Entry(inode.ino, attr(inode));
  }

  @Override
  public Entry lookup(FuseCaller caller, long parent, byte[] bytes) {
    return reading(
        () -> {
          var directory = directory(parent);
          if (bytes.length == 1 && bytes[0] == '.') return entry(directory);
          if (bytes.length == 2 && bytes[0] == '.' && bytes[1] == '.')
            return entry(inode(directory.parent));
          var child = directory.child(name(bytes));
          if (child == null) throw new FuseException(Errno.ENOENT);
          return entry(inode(child.ino()));
        });
  }

  @Override
  public void looked(long node) {
    var inode = inode(node);
    locked(inode, () -> ++inode.lookups);
  }

  @Override
  public void forget(long node, long lookups) {
    tree.writeLock().lock();
    try {
      var inode = volume.inodes.get(node);
      if (inode == null) return;
      long left = locked(inode, () -> inode.lookups -= lookups);
      if (left <= 0 && inode.nlink <= 0) discard(inode);
    } finally {
      tree.writeLock().unlock();
    }
  }

  /** Frees an inode that has no name and that the kernel no longer knows. */
  private void discard(Inode inode) {
    if (inode.isFile()) {
      for (long number = 0; number < inode.blocks.count(); number++) volume.free(inode, number);
    }
    volume.inodes.remove(inode.ino);
  }

  private void dropIfUnused(Inode inode) {
    if (inode.nlink <= 0 && inode.lookups <= 0) discard(inode);
  }

  @Override
  public FuseAttr getattr(FuseCaller caller, long node) {
    return attr(inode(node));
  }

  @Override
  public FuseAttr setattr(FuseCaller caller, long node, Change change) {
    if (!volume.writable()) throw new FuseException(Errno.EROFS);
    var inode = inode(node);
    locked(
        inode,
        () -> {
          long now = now();
          if (change.has(FuseFlags.SET_SIZE)) {
            if (inode.isDirectory()) throw new FuseException(Errno.EISDIR);
            content.truncate(inode, change.size());
            inode.mtimeNanos = now;
          }
          if (change.has(FuseFlags.SET_MODE))
            inode.mode = inode.mode & ~PERMISSIONS | change.mode() & PERMISSIONS;
          if (change.has(FuseFlags.SET_UID)) inode.uid = change.uid();
          if (change.has(FuseFlags.SET_GID)) inode.gid = change.gid();
          if (change.has(FuseFlags.SET_KILL_SUIDGID)) killPrivileges(inode);
          if (change.has(FuseFlags.SET_ATIME))
            inode.atimeNanos = change.has(FuseFlags.SET_ATIME_NOW) ? now : change.atimeNanos();
          if (change.has(FuseFlags.SET_MTIME))
            inode.mtimeNanos = change.has(FuseFlags.SET_MTIME_NOW) ? now : change.mtimeNanos();
          inode.ctimeNanos = change.has(FuseFlags.SET_CTIME) ? change.ctimeNanos() : now;
          return inode;
        });
    return attr(inode);
  }

  /**
   * Drops setuid, setgid (of executables) and file capabilities, as a write or chown must
   * (write(2), chown(2)).
   */
  private static void killPrivileges(Inode inode) {
    if ((inode.mode & 04000) != 0) inode.mode &= ~04000;
    if ((inode.mode & 02010) == 02010) inode.mode &= ~02000;
    inode.xattrs.remove(Name.of("security.capability"));
  }

  @Override
  public byte[] readlink(long node) {
    var inode = inode(node);
    if (!inode.isSymlink()) throw new FuseException(Errno.EINVAL);
    return inode.target;
  }

  @Override
  public Entry symlink(FuseCaller caller, long parent, byte[] bytes, byte[] target) {
    return changing(
        () -> {
          var inode = create(caller, parent, name(bytes), Inode.S_IFLNK | 0777, 0);
          inode.target = target;
          inode.size = target.length;
          return entry(inode);
        });
  }

  @Override
  public Entry mknod(FuseCaller caller, long parent, byte[] bytes, int mode, int rdev, int umask) {
    return changing(() -> entry(create(caller, parent, name(bytes), mode, rdev)));
  }

  @Override
  public Entry mkdir(FuseCaller caller, long parent, byte[] bytes, int mode, int umask) {
    return changing(
        () -> {
          var inode = create(caller, parent, name(bytes), Inode.S_IFDIR | mode & PERMISSIONS, 0);
          inode.nlink = 2;
          inode.parent = parent;
          directory(parent).nlink++;
          return entry(inode);
        });
  }

  private Inode create(FuseCaller caller, long parent, Name name, int mode, int rdev) {
    var directory = directory(parent);
    if (directory.nlink <= 0) throw new FuseException(Errno.ENOENT);
    if (directory.child(name) != null) throw new FuseException(Errno.EEXIST);
    var inode = new Inode(volume.nextIno.getAndIncrement(), mode);
    boolean inherits =
        (directory.mode & 02000) != 0; // setgid directory: group, and setgid of new directories
    inode.uid = caller.uid();
    inode.gid = inherits ? directory.gid : caller.gid();
    if (inherits && inode.isDirectory()) inode.mode |= 02000;
    inode.nlink = 1;
    inode.rdev = rdev;
    inode.atimeNanos = inode.mtimeNanos = inode.ctimeNanos = now();
    volume.inodes.put(inode.ino, inode);
    directory.put(name, inode.ino);
    touch(directory);
    return inode;
  }

  private static void touch(Inode directory) {
    directory.mtimeNanos = directory.ctimeNanos = now();
  }

  @Override
  public Entry link(long node, long newParent, byte[] bytes) {
    return changing(
        () -> {
          var inode = inode(node);
          var directory = directory(newParent);
          var name = name(bytes);
          if (inode.isDirectory()) throw new FuseException(Errno.EPERM);
          if (directory.child(name) != null) throw new FuseException(Errno.EEXIST);
          directory.put(name, node);
          touch(directory);
          inode.nlink++;
          inode.ctimeNanos = now();
          return entry(inode);
        });
  }

  @Override
  public void unlink(long parent, byte[] bytes) {
    changing(
        () -> {
          var directory = directory(parent);
          var inode = existing(directory, name(bytes));
          if (inode.isDirectory()) throw new FuseException(Errno.EISDIR);
          remove(directory, name(bytes), inode);
          return inode;
        });
  }

  @Override
  public void rmdir(long parent, byte[] bytes) {
    changing(
        () -> {
          var directory = directory(parent);
          var inode = existing(directory, name(bytes));
          if (!inode.isDirectory()) throw new FuseException(Errno.ENOTDIR);
          if (!inode.isEmpty()) throw new FuseException(Errno.ENOTEMPTY);
          remove(directory, name(bytes), inode);
          return inode;
        });
  }

  private Inode existing(Inode directory, Name name) {
    var child = directory.child(name);
    if (child == null) throw new FuseException(Errno.ENOENT);
    return inode(child.ino());
  }

  private void remove(Inode directory, Name name, Inode inode) {
    directory.remove(name);
    touch(directory);
    if (inode.isDirectory()) {
      inode.nlink = 0;
      directory.nlink--;
    } else {
      inode.nlink--;
    }
    inode.ctimeNanos = now();
    dropIfUnused(inode);
  }

  @Override
  public void rename(
      FuseCaller caller, long parent, byte[] from, long newParent, byte[] to, int flags) {
    if ((flags & FuseFlags.RENAME_WHITEOUT) != 0) throw new FuseException(Errno.EINVAL);
    changing(
        () -> {
          var source = directory(parent);
          var target = directory(newParent);
          var moved = existing(source, name(from));
          var there = target.child(name(to));
          if (moved.isDirectory() && isBelow(target, moved)) throw new FuseException(Errno.EINVAL);
          if ((flags & FuseFlags.RENAME_EXCHANGE) != 0) {
            if (there == null) throw new FuseException(Errno.ENOENT);
            exchange(source, name(from), moved, target, name(to), inode(there.ino()));
            return moved;
          }
          if (there != null) {
            if ((flags & FuseFlags.RENAME_NOREPLACE) != 0) throw new FuseException(Errno.EEXIST);
            var replaced = inode(there.ino());
            if (replaced == moved) return moved;
            if (moved.isDirectory() && !replaced.isDirectory())
              throw new FuseException(Errno.ENOTDIR);
            if (!moved.isDirectory() && replaced.isDirectory())
              throw new FuseException(Errno.EISDIR);
            if (replaced.isDirectory() && !replaced.isEmpty())
              throw new FuseException(Errno.ENOTEMPTY);
            remove(target, name(to), replaced);
          }
          source.remove(name(from));
          target.put(name(to), moved.ino);
          adopt(source, target, moved);
          touch(source);
          touch(target);
          moved.ctimeNanos = now();
          return moved;
        });
  }

  private static void exchange(
      Inode source, Name from, Inode one, Inode target, Name to, Inode other) {
    source.put(from, other.ino);
    target.put(to, one.ino);
    adopt(source, target, one);
    adopt(target, source, other);
    touch(source);
    touch(target);
    one.ctimeNanos = other.ctimeNanos = now();
  }

  private static void adopt(Inode source, Inode target, Inode moved) {
    if (!moved.isDirectory() || source == target) return;
    moved.parent = target.ino;
    source.nlink--;
    target.nlink++;
  }

  private boolean isBelow(Inode directory, Inode ancestor) {
    for (Inode at = directory; ; at = inode(at.parent)) {
      if (at == ancestor) return true;
      if (at.ino == VolumeWriter.ROOT) return false;
    }
  }

  @Override
  public void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into) {
    var inode = inode(node);
    if (inode.isDirectory()) throw new FuseException(Errno.EISDIR);
    locked(
        inode,
        () -> {
          content.read(inode, offset, into);
          return inode;
        });
  }

  @Override
  public int write(
      FuseCaller caller, long node, long handle, long offset, ByteBuffer data, int flags) {
    if (!volume.writable()) throw new FuseException(Errno.EROFS);
    var inode = inode(node);
    int size = data.remaining();
    return locked(
        inode,
        () -> {
          content.write(inode, offset, data);
          if ((flags & FuseFlags.WRITE_KILL_SUIDGID) != 0 && (inode.mode & SUID_SGID) != 0)
            killPrivileges(inode);
          inode.mtimeNanos = inode.ctimeNanos = now();
          return size;
        });
  }

  @Override
  public void readdir(long node, long after, Entries entries) {
    reading(
        () -> {
          var directory = directory(node);
          if (after < 1 && !entries.add(new byte[] {'.'}, 1, node, attr(directory)))
            return directory;
          if (after < 2
              && !entries.add(
                  new byte[] {'.', '.'}, 2, directory.parent, attr(inode(directory.parent))))
            return directory;
          var rest = directory.childrenAfter(Math.max(after, 2));
          while (rest.hasNext()) {
            var child = rest.next();
            if (!entries.add(
                child.name().bytes(), child.cookie(), child.ino(), attr(inode(child.ino())))) break;
          }
          return directory;
        });
  }

  @Override
  public Space statfs() {
    long used = volume.upperBytes() / 4096;
    long room = 1L << 28; // the host's disk is the limit; it answers ENOSPC itself
    return new Space(used + room, room, volume.inodes.size() + room, room, 4096);
  }

  @Override
  public void fsync(long node, boolean dataOnly) {
    volume.sync();
  }

  @Override
  public void setxattr(FuseCaller caller, long node, byte[] bytes, byte[] value, int flags) {
    if (!volume.writable()) throw new FuseException(Errno.EROFS);
    var name = name(bytes);
    if (name.toString().startsWith("system.posix_acl")) throw new FuseException(Errno.EOPNOTSUPP);
    var inode = inode(node);
    locked(
        inode,
        () -> {
          byte[] there = inode.xattrs.get(name);
          if (flags == 1 && there != null) throw new FuseException(Errno.EEXIST);
          if (flags == 2 && there == null) throw new FuseException(Errno.ENODATA);
          int total =
              inode.xattrs.entrySet().stream()
                  .mapToInt(e -> e.getKey().bytes().length + e.getValue().length)
                  .sum();
          if (total + value.length > XATTR_MAX) throw new FuseException(Errno.ENOSPC);
          inode.xattrs.put(name, value);
          inode.ctimeNanos = now();
          return inode;
        });
  }

  @Override
  public byte[] getxattr(FuseCaller caller, long node, byte[] bytes) {
    var inode = inode(node);
    return locked(
        inode,
        () -> {
          byte[] value = inode.xattrs.get(name(bytes));
          if (value == null) throw new FuseException(Errno.ENODATA);
          return value;
        });
  }

  @Override
  public byte[] listxattr(FuseCaller caller, long node) {
    var inode = inode(node);
    return locked(
        inode,
        () -> {
          var out = new java.io.ByteArrayOutputStream();
          for (Name name : inode.xattrs.keySet()) {
            out.writeBytes(name.bytes());
            out.write(0);
          }
          return out.toByteArray();
        });
  }

  @Override
  public void removexattr(FuseCaller caller, long node, byte[] bytes) {
    if (!volume.writable()) throw new FuseException(Errno.EROFS);
    var inode = inode(node);
    locked(
        inode,
        () -> {
          if (inode.xattrs.remove(name(bytes)) == null) throw new FuseException(Errno.ENODATA);
          inode.ctimeNanos = now();
          return inode;
        });
  }

  @Override
  public void fallocate(long node, long offset, long length, int mode) {
    if (!volume.writable()) throw new FuseException(Errno.EROFS);
    boolean keepSize = (mode & 1) != 0;
    boolean punch = (mode & 2) != 0;
    boolean zero = (mode & 16) != 0;
    if ((mode & ~19) != 0 || punch && !keepSize) throw new FuseException(Errno.EOPNOTSUPP);
    var inode = inode(node);
    if (!inode.isFile()) throw new FuseException(Errno.ENODEV);
    locked(
        inode,
        () -> {
          if (offset + length > FileContent.MAX_SIZE) throw new FuseException(Errno.EFBIG);
          if (punch || zero) content.punch(inode, offset, length);
          if (!keepSize) inode.size = Math.max(inode.size, offset + length);
          inode.mtimeNanos = inode.ctimeNanos = now();
          return inode;
        });
  }
}
