package dev.theca.node.control;

import dev.theca.linux.Swap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;

/**
 * Writes {@code theca.launch} of a bundle: what the launcher needs to end a pod without the daemon.
 * Lines {@code key=value}; their meaning is at the head of {@code alone.c}, which reads them.
 */
public final class LaunchFile {
  /** The launcher reads no more. */
  private static final int MAX = (64 << 10) - 1;

  private static final String NAME = "theca.launch";

  private LaunchFile() {}

  /**
   * Replaces the file at once, unless it says the same already. It must outlive this daemon and not
   * the machine, so nobody waits for a disk. A value that would not fit into a line, or too many of
   * them, is an {@link IllegalArgumentException}: without this file a pod could outlive its daemon.
   *
   * @param root the runtime's state folder, without the namespace
   * @param also further containers of the runtime in the same namespace, such as the agent's
   * @param umount mounts to detach, beside the bundle's root file system; first one first
   * @param remove folders that go with all that is in them
   * @param pod ids of the pod's other containers; needed for containerd 1.x only
   */
  public static void write(
      Path bundle,
      Path runc,
      Path root,
      List<String> also,
      List<Path> umount,
      List<Path> remove,
      List<String> pod)
      throws IOException {
    var text = new StringBuilder();
    line(text, "runc", absolute(runc));
    line(text, "root", absolute(root));
    for (String id : also) line(text, "also", id);
    for (String id : pod) line(text, "pod", id);
    for (Path path : umount) line(text, "umount", absolute(path));
    for (Path path : remove) line(text, "rmdir", absolute(path));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX) throw new IllegalArgumentException(NAME + " of " + bytes.length);
    Path file = bundle.resolve(NAME);
    if (says(file, bytes)) return;
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path whole = Files.createTempFile(bundle, NAME, "", owner);
    try {
      Files.write(whole, bytes);
      if (!Swap.names(whole, file)) Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  private static boolean says(Path file, byte[] bytes) throws IOException {
    try {
      return Files.size(file) == bytes.length && Arrays.equals(Files.readAllBytes(file), bytes);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Whether there is something to undo. */
  static boolean isIn(Path bundle) {
    return Files.exists(bundle.resolve(NAME));
  }

  /** Nothing is to be undone. */
  public static void delete(Path bundle) throws IOException {
    Files.deleteIfExists(bundle.resolve(NAME));
  }

  private static String absolute(Path path) {
    if (!path.isAbsolute() || !path.normalize().equals(path))
      throw new IllegalArgumentException("an absolute path is needed, not " + path);
    return path.toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    if (value.isEmpty() || value.chars().anyMatch(c -> c < ' '))
      throw new IllegalArgumentException("no line for " + key + "=" + value);
    text.append(key).append('=').append(value).append('\n');
  }
}
