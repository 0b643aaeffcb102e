package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the kernel tells of a file, of a link itself (statx(2)). {@code blocks} are units of 512
 * bytes that the file takes, holes not counted; {@code device} tells file systems apart.
 */
public record FileStatus(
    long device, long inode, int mode, int links, int uid, int gid, long size, long blocks) {
  private static final int BASIC = 0x7ff;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int BYTES = 256;

  /** Of what is open. */
  public static FileStatus of(Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      return at(arena, file, Native.text(arena, ""), file.toString());
    }
  }

  /** Of an entry of an open directory; {@code name} is checked by the caller and ends in NUL. */
  static FileStatus at(Arena arena, Fd in, MemorySegment name, String shown) {
    MemorySegment stat = arena.allocate(BYTES, 8);
    Native.must(
        "stat " + shown,
        Syscall.STATX,
        in.number(),
        name.address(),
        AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH,
        BASIC,
        stat.address(),
        0);
    // struct statx of linux/stat.h
    return new FileStatus(
        (long) stat.get(ValueLayout.JAVA_INT, 136) << 32
            | Integer.toUnsignedLong(stat.get(ValueLayout.JAVA_INT, 140)),
        stat.get(ValueLayout.JAVA_LONG, 32),
        Short.toUnsignedInt(stat.get(ValueLayout.JAVA_SHORT, 28)),
        stat.get(ValueLayout.JAVA_INT, 16),
        stat.get(ValueLayout.JAVA_INT, 20),
        stat.get(ValueLayout.JAVA_INT, 24),
        stat.get(ValueLayout.JAVA_LONG, 40),
        stat.get(ValueLayout.JAVA_LONG, 48));
  }

  public boolean isDirectory() {
    return mode >> 12 == 4;
  }
}
