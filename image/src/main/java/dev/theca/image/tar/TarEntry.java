package dev.theca.image.tar;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One entry. {@code path} and {@code link} are the archive's raw bytes, not judged yet: they may
 * try to leave the tree.
 *
 * @param size of the file with its holes; 0 for all else
 * @param mode permission bits with setuid, setgid and sticky (07777)
 * @param uid unsigned
 * @param gid unsigned
 * @param mtimeNanos nanoseconds since 1970
 */
public record TarEntry(
    byte[] path,
    Type type,
    byte[] link,
    int mode,
    int uid,
    int gid,
    long size,
    long mtimeNanos,
    int major,
    int minor,
    Map<String, byte[]> xattrs) {
  /** What an entry makes. */
  public enum Type {
    FILE,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO
  }

  private static final int SHOWN = 200;

  /** The path for messages: short, without control characters. */
  public String shown() {
    return shown(path);
  }

  /** Bytes of a path as a message may show them. */
  public static String shown(byte[] path) {
    String text = new String(path, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    return "'" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'";
  }

  /** About how many bytes of memory this takes. */
  public int weightBytes() {
    int weight = 256 + path.length + link.length;
    for (var xattr : xattrs.entrySet())
      weight += 128 + xattr.getKey().length() + xattr.getValue().length;
    return weight;
  }
}
