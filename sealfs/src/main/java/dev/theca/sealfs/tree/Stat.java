package dev.theca.sealfs.tree;

/**
 * Attributes of an inode, as stat(2) shows them.
 *
 * @param mode type and permissions
 * @param blocks of 512 bytes that its content takes
 * @param atime nanoseconds since 1970, as the other times
 * @param rdev in the kernel's encoding
 */
public record Stat(
    long ino,
    int mode,
    int nlink,
    int uid,
    int gid,
    int rdev,
    long size,
    long blocks,
    long atime,
    long mtime,
    long ctime,
    long btime) {
  public boolean isDirectory() {
    return (mode & Inode.S_IFMT) == Inode.S_IFDIR;
  }

  public boolean isFile() {
    return (mode & Inode.S_IFMT) == Inode.S_IFREG;
  }

  public boolean isSymlink() {
    return (mode & Inode.S_IFMT) == Inode.S_IFLNK;
  }
}
