package dev.theca.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/**
 * Two names of one file system change places at once (renameat2(2), RENAME_EXCHANGE). Unlike a
 * rename onto a name, it makes ext4 begin no writing to its disk, which takes milliseconds; so it
 * is for files that need not survive the machine.
 */
public final class Swap {
  private static final int AT_FDCWD = -100;
  private static final int EXCHANGE = 2;

  private Swap() {}

  /** False when one of them is not there, or the file system cannot do it; nothing changed then. */
  public static boolean names(Path one, Path other) {
    try (Arena arena = Arena.ofConfined()) {
      long result =
          Native.call(
              Syscall.RENAMEAT2,
              AT_FDCWD,
              Native.text(arena, one.toString()).address(),
              AT_FDCWD,
              Native.text(arena, other.toString()).address(),
              EXCHANGE,
              0);
      if (result == -Errno.ENOENT || result == -Errno.EINVAL || result == -Errno.ENOSYS)
        return false;
      if (result < 0) throw new LinuxException("swap " + one + " and " + other, (int) -result);
      return true;
    }
  }
}
