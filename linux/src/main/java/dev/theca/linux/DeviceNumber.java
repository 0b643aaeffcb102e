package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/** Which file system or device something is on, as {@code /proc/self/mountinfo} writes it. */
public record DeviceNumber(int major, int minor) {
  private static final int AT_FDCWD = -100;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int STATX = 256;

  /**
   * Of the file system that {@code path} is on, without a question to that file system (statx(2)).
   */
  public static Optional<DeviceNumber> of(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = arena.allocate(STATX, 8);
      long result =
          Native.call(
              Syscall.STATX,
              AT_FDCWD,
              Native.text(arena, path.toString()).address(),
              AT_STATX_DONT_SYNC,
              0,
              stat.address(),
              0);
      if (result < 0) return Optional.empty();
      return Optional.of(
          new DeviceNumber(
              stat.get(ValueLayout.JAVA_INT, 0x88), stat.get(ValueLayout.JAVA_INT, 0x8C)));
    }
  }

  @Override
  public String toString() {
    return major + ":" + minor;
  }
}
