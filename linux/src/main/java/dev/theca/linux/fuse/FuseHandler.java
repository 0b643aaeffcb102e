package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;

/**
 * A file system behind a mount. Called by several threads at once. Names are raw bytes without a
 * NUL or slash, of any length above zero: the limit of 255 is the handler's to check. Nodes are
 * inode numbers, the root is 1. "No" is a {@link FuseException}; whatever else is thrown becomes
 * EIO for the caller and a log line. ENOSYS is remembered by the kernel, which then asks no more.
 *
 * <p>Buffers are lent for the call: off the heap, little-endian, and used again afterwards.
 *
 * <p>{@code umask} of what makes an inode: the kernel has applied it already, except with {@link
 * FuseOptions#posixAcl}, where the handler applies it or the directory's default ACL.
 */
public interface FuseHandler {
  /** An entry that was looked up or made: counts as one lookup of its node until forgotten. */
  record Entry(long node, FuseAttr attr) {}

  /** An opened file: a handle of the file system's choice, and {@code FuseFlags.OPEN_...}. */
  record Opened(long handle, int flags) {}

  /**
   * What a setattr asks for; only what {@code valid} names counts. Times in nanoseconds since 1970.
   */
  record Change(
      int valid,
      long handle,
      long size,
      long atimeNanos,
      long mtimeNanos,
      long ctimeNanos,
      int mode,
      int uid,
      int gid) {
    public boolean has(int bit) {
      return (valid & bit) != 0;
    }
  }

  /** Takes the entries of a directory one by one; false when the next one does not fit any more. */
  interface Entries {
    boolean add(byte[] name, long cookie, long node, FuseAttr attr);
  }

  /** Space and inodes, as statfs(2) reports them. */
  record Space(long blocks, long freeBlocks, long files, long freeFiles, int blockSize) {}

  Entry lookup(FuseCaller caller, long parent, byte[] name);

  default void forget(long node, long lookups) {}

  FuseAttr getattr(FuseCaller caller, long node);

  default FuseAttr setattr(FuseCaller caller, long node, Change change) {
    throw new FuseException(Errno.EROFS);
  }

  default byte[] readlink(long node) {
    throw new FuseException(Errno.EINVAL);
  }

  default Entry symlink(FuseCaller caller, long parent, byte[] name, byte[] target) {
    throw new FuseException(Errno.EROFS);
  }

  default Entry mknod(FuseCaller caller, long parent, byte[] name, int mode, int rdev, int umask) {
    throw new FuseException(Errno.EROFS);
  }

  default Entry mkdir(FuseCaller caller, long parent, byte[] name, int mode, int umask) {
    throw new FuseException(Errno.EROFS);
  }

  /**
   * Makes a file without a name (open(2), O_TMPFILE): no links, one lookup. Callers of a handler
   * that has none see EOPNOTSUPP.
   */
  default Entry tmpfile(FuseCaller caller, long parent, int mode, int umask) {
    throw new FuseException(Errno.ENOSYS);
  }

  default void unlink(long parent, byte[] name) {
    throw new FuseException(Errno.EROFS);
  }

  default void rmdir(long parent, byte[] name) {
    throw new FuseException(Errno.EROFS);
  }

  default void rename(
      FuseCaller caller, long parent, byte[] name, long newParent, byte[] newName, int flags) {
    throw new FuseException(Errno.EROFS);
  }

  default Entry link(long node, long newParent, byte[] newName) {
    throw new FuseException(Errno.EROFS);
  }

  /** ENOSYS here means: files need no open; the kernel then never sends open or release. */
  default Opened open(FuseCaller caller, long node, int flags) {
    throw new FuseException(Errno.ENOSYS);
  }

  default void release(long node, long handle) {}

  /** Fills {@code into} from {@code offset}; what it leaves empty is the end of the file. */
  void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into);

  /** Writes all of {@code data}; {@code flags} are FuseFlags.WRITE_... Returns the bytes taken. */
  default int write(
      FuseCaller caller, long node, long handle, long offset, ByteBuffer data, int flags) {
    throw new FuseException(Errno.EROFS);
  }

  /**
   * Adds entries after the one whose cookie is {@code after} (0 = from the start), "." and ".."
   * included.
   */
  void readdir(long node, long after, Entries entries);

  /** Counts a lookup that readdirplus handed out for a node. */
  default void looked(long node) {}

  default Space statfs() {
    return new Space(0, 0, 0, 0, 4096);
  }

  /** Makes a file or directory durable; with node 1 it may be the whole file system (syncfs(2)). */
  default void fsync(long node, boolean dataOnly) {}

  /** {@code flags} are FuseFlags.XATTR_... */
  default void setxattr(FuseCaller caller, long node, byte[] name, byte[] value, int flags) {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /** The value; ENODATA when there is none. */
  default byte[] getxattr(FuseCaller caller, long node, byte[] name) {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /** The names, each followed by a NUL. */
  default byte[] listxattr(FuseCaller caller, long node) {
    return new byte[0];
  }

  default void removexattr(FuseCaller caller, long node, byte[] name) {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /** {@code mode} is of FuseFlags.FALLOC_... */
  default void fallocate(long node, long offset, long length, int mode) {
    throw new FuseException(Errno.EOPNOTSUPP);
  }

  /** {@code whence} is FuseFlags.SEEK_DATA or SEEK_HOLE; without it the kernel sees no holes. */
  default long lseek(long node, long offset, int whence) {
    throw new FuseException(Errno.ENOSYS);
  }

  /** The last call: nothing is asked any more, because the mount has ended. */
  default void destroy() {}
}
