package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Addresses of unix(7). */
final class UnixSockets {
  private static final int AF_UNIX = 1;
  private static final int STREAM = 1;
  private static final int PATH_MAX = 107;

  private UnixSockets() {}

  /** A stream socket at a path of at most 107 bytes. */
  static Fd bound(Path path) {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length > PATH_MAX)
      throw new IllegalArgumentException("a socket's path has at most 107 bytes: " + path);
    var fd = new Fd((int) Native.must("socket", Syscall.SOCKET, AF_UNIX, STREAM | Fd.O_CLOEXEC, 0));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(110, 8);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
      Native.must(
          "bind " + path, Syscall.BIND, fd.number(), address.address(), 2 + name.length + 1);
      return fd;
    } catch (LinuxException e) {
      fd.close();
      throw e;
    }
  }
}
