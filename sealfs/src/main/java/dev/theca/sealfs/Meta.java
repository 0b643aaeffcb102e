package dev.theca.sealfs;

/**
 * Owner, permissions and time of an entry.
 *
 * @param mode permission bits with setuid, setgid and sticky (07777); the type comes from the call
 * @param mtimeNanos nanoseconds since 1970
 */
public record Meta(int mode, int uid, int gid, long mtimeNanos) {}
