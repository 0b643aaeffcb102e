package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** An open file descriptor; closed once, by its owner. Offsets and sizes are bytes. */
public final class Fd implements AutoCloseable {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_TRUNC = 0x200;
  public static final int O_APPEND = 0x400;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_NOFOLLOW = 0x20000;
  public static final int O_CLOEXEC = 0x80000;

  private static final int AT_FDCWD = -100;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;

  private final int number;
  private boolean closed;

  Fd(int number) {
    this.number = number;
  }

  /** Opens by path (openat(2)); close-on-exec is always set. */
  public static Fd open(Path path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = Native.text(arena, path.toString());
      long fd =
          Native.must(
              "open " + path,
              Syscall.OPENAT,
              AT_FDCWD,
              name.address(),
              flags | O_CLOEXEC,
              mode,
              0,
              0);
      return new Fd((int) fd);
    }
  }

  public static Fd open(Path path, int flags) {
    return open(path, flags, 0);
  }

  /** A pipe: its reading and its writing end (pipe2(2)). */
  public static Fd[] pipe() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(8, 4);
      Native.must("pipe", Syscall.PIPE2, ends.address(), O_CLOEXEC, 0);
      return new Fd[] {
        new Fd(ends.get(java.lang.foreign.ValueLayout.JAVA_INT, 0)),
        new Fd(ends.get(java.lang.foreign.ValueLayout.JAVA_INT, 4))
      };
    }
  }

  public int number() {
    return number;
  }

  /**
   * Reads into a direct buffer's free part; bytes read, 0 at the end, or minus errno. The position
   * moves.
   */
  public int read(ByteBuffer into) {
    MemorySegment memory = Native.direct(into);
    long n = Native.call(Syscall.READ, number, memory.address(), into.remaining());
    if (n > 0) into.position(into.position() + (int) n);
    return (int) n;
  }

  /** Writes a direct buffer's remaining bytes; bytes written or minus errno. The position moves. */
  public int write(ByteBuffer from) {
    MemorySegment memory = Native.direct(from);
    long n = Native.call(Syscall.WRITE, number, memory.address(), from.remaining());
    if (n > 0) from.position(from.position() + (int) n);
    return (int) n;
  }

  /** Writes all of a direct buffer's remaining bytes at an offset (pwrite(2)). */
  public void writeAt(ByteBuffer from, long offset) {
    long at = offset;
    while (from.hasRemaining()) {
      MemorySegment memory = Native.direct(from);
      long n = Native.call(Syscall.PWRITE64, number, memory.address(), from.remaining(), at, 0, 0);
      if (n == -Errno.EINTR) continue;
      if (n < 0) throw new LinuxException("write", (int) -n);
      from.position(from.position() + (int) n);
      at += n;
    }
  }

  /** Cuts a file, or lets it end in a hole (ftruncate(2)). */
  public void resize(long bytes) {
    Native.must("resize to " + bytes, Syscall.FTRUNCATE, number, bytes, 0);
  }

  /** Sets owner and group, unsigned (fchown(2)); clears setuid and setgid. */
  public void owner(int uid, int gid) {
    Native.must(
        "chown", Syscall.FCHOWN, number, Integer.toUnsignedLong(uid), Integer.toUnsignedLong(gid));
  }

  /** Sets permission bits with setuid, setgid and sticky (fchmod(2)). */
  public void mode(int bits) {
    Native.must("chmod", Syscall.FCHMOD, number, bits & 07777, 0);
  }

  /** Sets the times of access and change, in nanoseconds since 1970 (futimens(3)). */
  public void times(long nanos) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "set times", Syscall.UTIMENSAT, number, 0, Directory.times(arena, nanos).address());
    }
  }

  /** Brings what the kernel holds of this file's file system to it (syncfs(2)); or minus errno. */
  public int syncFileSystem() {
    return (int) Native.call(Syscall.SYNCFS, number, 0, 0);
  }

  /** ioctl(2) with an integer or address argument; the result or minus errno. */
  public int ioctl(long request, long argument) {
    return (int) Native.call(Syscall.IOCTL, number, request, argument);
  }

  /** ioctl(2) with a direct buffer, from its position; the result or minus errno. */
  public int ioctl(long request, ByteBuffer argument) {
    return ioctl(request, Native.direct(argument).address());
  }

  /** Changes between blocking and not (fcntl(2), F_SETFL). */
  public void blocking(boolean on) {
    long flags = Native.must("fcntl", Syscall.FCNTL, number, F_GETFL, 0);
    long wanted = on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    Native.must("fcntl", Syscall.FCNTL, number, F_SETFL, wanted);
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    Native.call(Syscall.CLOSE, number, 0, 0);
  }

  @Override
  public String toString() {
    return "fd " + number;
  }
}
