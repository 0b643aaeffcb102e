package dev.theca.linux.fuse;

/** Bits of requests and answers (include/uapi/linux/fuse.h). */
public final class FuseFlags {
  public static final int SET_MODE = 1;
  public static final int SET_UID = 1 << 1;
  public static final int SET_GID = 1 << 2;
  public static final int SET_SIZE = 1 << 3;
  public static final int SET_ATIME = 1 << 4;
  public static final int SET_MTIME = 1 << 5;
  public static final int SET_HANDLE = 1 << 6;
  public static final int SET_ATIME_NOW = 1 << 7;
  public static final int SET_MTIME_NOW = 1 << 8;
  public static final int SET_LOCKOWNER = 1 << 9;
  public static final int SET_CTIME = 1 << 10;
  public static final int SET_KILL_SUIDGID = 1 << 11;

  /** Written by the kernel's flusher: user and process say nothing, times stay as they are. */
  public static final int WRITE_CACHE = 1;

  public static final int WRITE_LOCKOWNER = 1 << 1;
  public static final int WRITE_KILL_SUIDGID = 1 << 2;

  public static final int OPEN_DIRECT_IO = 1;
  public static final int OPEN_KEEP_CACHE = 1 << 1;

  public static final int RENAME_NOREPLACE = 1;
  public static final int RENAME_EXCHANGE = 2;
  public static final int RENAME_WHITEOUT = 4;

  public static final int XATTR_CREATE = 1;
  public static final int XATTR_REPLACE = 2;

  /** Of an access list: its setter is not in the file's group (FUSE_SETXATTR_ACL_KILL_SGID). */
  public static final int XATTR_KILL_SGID = 1 << 16;

  public static final int FALLOC_KEEP_SIZE = 1;
  public static final int FALLOC_PUNCH_HOLE = 1 << 1;
  public static final int FALLOC_ZERO_RANGE = 1 << 4;

  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;

  private FuseFlags() {}
}
