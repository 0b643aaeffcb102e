package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The path under which the application's Gramine sees an exported tree: the mount's URI after
 * {@code file:}, normalised, absolute or relative. It is written into every file, so a tree opens
 * under this path and no other.
 */
public record BoundRoot(String path) {
  /** Bytes of a whole path, and of one component (Gramine's limits). */
  public static final int MAX_PATH = 512;

  public static final int MAX_NAME = 260;

  public BoundRoot {
    if (!isNormal(path)) throw new IllegalArgumentException("not a normal path: " + path);
  }

  public static Outcome<BoundRoot> parse(String path) {
    if (isNormal(path)) return Outcome.granted(new BoundRoot(path));
    byte[] shown = path.getBytes(StandardCharsets.UTF_8);
    return PfCode.NAME.refused(
        "path of the encrypted mount",
        "a path without empty components, '.' and '..', of at most 512 bytes",
        "'" + PathText.shown(Arrays.copyOf(shown, Math.min(shown.length, 100))) + "'");
  }

  private static boolean isNormal(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (!PathText.text(bytes).filter(path::equals).isPresent()) return false;
    if (path.equals("/")) return true;
    byte[] relative = path.startsWith("/") ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    return bytes.length <= MAX_PATH && isRelativePath(relative);
  }

  /** Whether these bytes are names with single slashes between them. */
  static boolean isRelativePath(byte[] path) {
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i < path.length && path[i] != '/') continue;
      if (!isName(path, start, i)) return false;
      start = i + 1;
    }
    return true;
  }

  static boolean isName(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 0 || length > MAX_NAME) return false;
    if (bytes[from] == '.' && (length == 1 || length == 2 && bytes[from + 1] == '.')) return false;
    for (int i = from; i < to; i++) if (bytes[i] == 0 || bytes[i] == '/') return false;
    return true;
  }

  /** The embedded path of a directory, given by its path from the tree's root with a slash. */
  String of(String absolute) {
    if (absolute.equals("/")) return path;
    return path.equals("/") ? absolute : path + absolute;
  }

  /** The embedded path of something in the tree, given as a path relative to the tree. */
  public byte[] of(byte[] relative) {
    byte[] root = (path.equals("/") ? path : path + "/").getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(root, root.length + relative.length);
    System.arraycopy(relative, 0, whole, root.length, relative.length);
    return whole;
  }
}
