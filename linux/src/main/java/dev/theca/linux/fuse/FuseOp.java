package dev.theca.linux.fuse;

import org.jspecify.annotations.Nullable;

/**
 * The operations that are served, with the size of the fixed part before names and data
 * (include/uapi/linux/fuse.h). Whatever is not here is answered with ENOSYS: FLUSH, CREATE (the
 * kernel makes and opens instead), OPENDIR, ACCESS, BMAP, POLL, locks, COPY_FILE_RANGE (the kernel
 * copies itself) and STATX among them.
 */
enum FuseOp {
  LOOKUP(1, 0),
  FORGET(2, 8),
  GETATTR(3, 16),
  SETATTR(4, 88),
  READLINK(5, 0),
  SYMLINK(6, 0),
  MKNOD(8, 16),
  MKDIR(9, 8),
  UNLINK(10, 0),
  RMDIR(11, 0),
  RENAME(12, 8),
  LINK(13, 8),
  OPEN(14, 8),
  READ(15, 40),
  WRITE(16, 40),
  STATFS(17, 0),
  RELEASE(18, 24),
  FSYNC(20, 16),
  SETXATTR(21, 8),
  GETXATTR(22, 8),
  LISTXATTR(23, 8),
  REMOVEXATTR(24, 0),
  INIT(26, 16),
  READDIR(28, 40),
  RELEASEDIR(29, 24),
  FSYNCDIR(30, 16),
  INTERRUPT(36, 8),
  DESTROY(38, 0),
  IOCTL(39, 32),
  BATCH_FORGET(42, 8),
  FALLOCATE(43, 32),
  READDIRPLUS(44, 40),
  RENAME2(45, 16),
  LSEEK(46, 24),
  SYNCFS(50, 8),
  TMPFILE(51, 16);

  private static final @Nullable FuseOp[] BY_CODE = byCode();

  final int code;
  final int fixedSize;

  FuseOp(int code, int fixedSize) {
    this.code = code;
    this.fixedSize = fixedSize;
  }

  private static @Nullable FuseOp[] byCode() {
    var table = new @Nullable FuseOp[TMPFILE.code + 1];
    for (FuseOp op : values()) table[op.code] = op;
    return table;
  }

  /** The operation of a number, or null for one that is not served. */
  static @Nullable FuseOp of(int code) {
    return code < 0 || code >= BY_CODE.length ? null : BY_CODE[code];
  }
}
