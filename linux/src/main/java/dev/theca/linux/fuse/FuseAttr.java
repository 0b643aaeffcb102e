package dev.theca.linux.fuse;

/**
 * Attributes of an inode, as stat(2) shows them; times are nanoseconds since 1970, {@code rdev} is
 * in the kernel's encoding (fuse_attr, include/uapi/linux/fuse.h).
 */
public record FuseAttr(
    long ino,
    long size,
    long blocks,
    long atimeNanos,
    long mtimeNanos,
    long ctimeNanos,
    int mode,
    int nlink,
    int uid,
    int gid,
    int rdev,
    int blockSize) {}
