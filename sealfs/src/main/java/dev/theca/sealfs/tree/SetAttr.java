package dev.theca.sealfs.tree;

/**
 * What a change of attributes asks for; only what {@code valid} names counts. The bits are those of
 * the FUSE protocol (FATTR_..., include/uapi/linux/fuse.h). Times are nanoseconds since 1970.
 */
public record SetAttr(
    int valid, long size, long atime, long mtime, long ctime, int mode, int uid, int gid) {
  public static final int MODE = 1;
  public static final int UID = 1 << 1;
  public static final int GID = 1 << 2;
  public static final int SIZE = 1 << 3;
  public static final int ATIME = 1 << 4;
  public static final int MTIME = 1 << 5;
  public static final int ATIME_NOW = 1 << 7;
  public static final int MTIME_NOW = 1 << 8;
  public static final int CTIME = 1 << 10;
  public static final int KILL_SUIDGID = 1 << 11;
  static final int ANYTHING = MODE | UID | GID | SIZE | ATIME | MTIME | KILL_SUIDGID;

  boolean has(int bits) {
    return (valid & bits) != 0;
  }
}
