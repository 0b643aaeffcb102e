package dev.theca.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;

/** System calls that only tests make; each answers minus errno when it fails. */
public final class Raw {
  public static final int O_TMPFILE = 020200000;
  public static final int O_DIRECT = 040000;
  private static final int AT_FDCWD = -100;
  private static final int FOLLOW = 0x400;

  private Raw() {}

  public static int rename(Path from, Path to, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          Native.call(
              Syscall.RENAMEAT2,
              AT_FDCWD,
              Native.text(arena, from.toString()).address(),
              AT_FDCWD,
              Native.text(arena, to.toString()).address(),
              flags,
              0);
    }
  }

  public static int mknod(Path path, int mode, int rdev) {
    try (Arena arena = Arena.ofConfined()) {
      long name = Native.text(arena, path.toString()).address();
      return (int) Native.call(Syscall.MKNODAT, AT_FDCWD, name, mode, rdev, 0, 0);
    }
  }

  /** Gives a name to what a descriptor holds. */
  public static int link(Fd file, Path to) {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          Native.call(
              Syscall.LINKAT,
              AT_FDCWD,
              Native.text(arena, "/proc/self/fd/" + file.number()).address(),
              AT_FDCWD,
              Native.text(arena, to.toString()).address(),
              FOLLOW,
              0);
    }
  }

  public static int allocate(Fd file, int mode, long offset, long length) {
    return (int) Native.call(Syscall.FALLOCATE, file.number(), mode, offset, length, 0, 0);
  }

  public static long seek(Fd file, long offset, int whence) {
    return Native.call(Syscall.LSEEK, file.number(), offset, whence);
  }

  /** The value's length; {@code room} 0 asks for it. */
  public static int xattrSize(Path path, String name, int room) {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          Native.call(
              Syscall.LGETXATTR,
              Native.text(arena, path.toString()).address(),
              Native.text(arena, name).address(),
              arena.allocate(Math.max(room, 1)).address(),
              room,
              0,
              0);
    }
  }

  public static int setXattr(Path path, String name, byte[] value, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      var bytes = arena.allocate(Math.max(1, value.length));
      java.lang.foreign.MemorySegment.copy(
          value, 0, bytes, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, value.length);
      return (int)
          Native.call(
              Syscall.LSETXATTR,
              Native.text(arena, path.toString()).address(),
              Native.text(arena, name).address(),
              bytes.address(),
              value.length,
              flags,
              0);
    }
  }
}
