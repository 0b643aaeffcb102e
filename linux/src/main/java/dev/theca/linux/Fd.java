package dev.theca.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
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

  /** Only a place in the tree, not its content: nothing is opened (open(2)). */
  public static final int O_PATH = 0x200000;

  private static final int AT_FDCWD = -100;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int MFD_CLOEXEC = 1;
  private static final int RESOLVE_IN_ROOT = 0x10;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;

  private final int number;
  private boolean closed;

  Fd(int number) {
    this.number = number;
  }

  /** A descriptor that {@link Reexec} kept; it belongs to the caller from now on. */
  public static Fd goOn(int number) {
    return new Fd(number);
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

  /**
   * Opens by path as if {@code root} were the root of everything: links and {@code ..} never lead
   * out of it (openat2(2), RESOLVE_IN_ROOT).
   */
  public static Fd inside(Path root, String path, int flags) {
    try (Fd top = open(root, O_PATH);
        Arena arena = Arena.ofConfined()) {
      MemorySegment how = arena.allocate(24, 8); // struct open_how: flags, mode, resolve
      how.set(java.lang.foreign.ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
      how.set(java.lang.foreign.ValueLayout.JAVA_LONG, 16, RESOLVE_IN_ROOT);
      long fd =
          Native.must(
              "open " + path + " in " + root,
              Syscall.OPENAT2,
              top.number(),
              Native.text(arena, path).address(),
              how.address(),
              how.byteSize(),
              0,
              0);
      return new Fd((int) fd);
    }
  }

  /** A path that leads to what this descriptor holds, as long as it is open. */
  public Path link() {
    return Path.of("/proc/self/fd/" + number);
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

  /** A nameless file in memory (memfd_create(2)), for what a program says. */
  public static Fd memory(String name) {
    try (Arena arena = Arena.ofConfined()) {
      long text = Native.text(arena, name).address();
      return new Fd((int) Native.must("memfd_create", Syscall.MEMFD_CREATE, text, MFD_CLOEXEC, 0));
    }
  }

  /** All bytes of a file, from its beginning; not for pipes. */
  public byte[] content() {
    try {
      return Files.readAllBytes(Path.of("/proc/self/fd/" + number));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + this, e);
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

  /**
   * Where data begins at or behind an offset (lseek(2), SEEK_DATA); minus ENXIO when only a hole is
   * left, or minus another errno. Moves the position.
   */
  public long nextData(long offset) {
    return Native.call(Syscall.LSEEK, number, offset, SEEK_DATA);
  }

  /** Where a hole begins at or behind an offset, at the latest the end; or minus errno. */
  public long nextHole(long offset) {
    return Native.call(Syscall.LSEEK, number, offset, SEEK_HOLE);
  }

  /** Whether it is an ordinary file, which is always ready. */
  public boolean isFile() {
    return Files.isRegularFile(Path.of("/proc/self/fd/" + number));
  }

  /** Brings a file's bytes to its disk (fsync(2)). */
  public void sync() {
    Native.must("sync", Syscall.FSYNC, number, 0, 0);
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
