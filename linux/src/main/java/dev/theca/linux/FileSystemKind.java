package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** What kind of file system a path is on: the magic number of statfs(2). */
public final class FileSystemKind {
  public static final long CGROUP2 = 0x63677270;
  public static final long CGROUP = 0x27e0eb;
  public static final long TMPFS = 0x01021994;

  private static final int STATFS = 120;

  private FileSystemKind() {}

  public static long of(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(STATFS, 8);
      Native.must(
          "statfs " + path,
          Syscall.STATFS,
          Native.text(arena, path.toString()).address(),
          answer.address(),
          0);
      return answer.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}
