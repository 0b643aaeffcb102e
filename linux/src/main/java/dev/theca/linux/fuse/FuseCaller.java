package dev.theca.linux.fuse;

/**
 * Who asks: user, group, and thread id in the mounter's pid namespace (0 when it is not visible
 * there).
 */
public record FuseCaller(int uid, int gid, int tid) {}
