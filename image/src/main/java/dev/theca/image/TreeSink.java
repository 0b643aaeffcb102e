package dev.theca.image;

/**
 * Takes a file tree, entry by entry. Handles are the sink's; the root is {@link #root()}. Names are
 * bytes.
 */
public interface TreeSink {
  /** Owner, permission bits (07777) and time in nanoseconds since 1970. */
  record Meta(int mode, int uid, int gid, long mtimeNanos) {}

  long root();

  long mkdir(long parent, byte[] name, Meta meta);

  long file(long parent, byte[] name, Meta meta);

  void data(long file, long offset, byte[] bytes, int from, int length);

  long symlink(long parent, byte[] name, byte[] target, Meta meta);

  /** {@code type} is S_IFCHR, S_IFBLK or S_IFIFO. */
  long node(long parent, byte[] name, int type, int major, int minor, Meta meta);

  void link(long existing, long parent, byte[] name);

  void xattr(long entry, byte[] name, byte[] value);

  /** Replaces owner, permissions and time. */
  void meta(long entry, Meta meta);

  /** Removes a name with all below. */
  void remove(long parent, byte[] name);
}
