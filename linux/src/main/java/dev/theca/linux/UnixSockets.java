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
  private static final int DATAGRAM = 2;
  private static final int NO_SIGNAL = 0x4000;
  private static final int PATH_MAX = 107;

  private UnixSockets() {}

  /** A stream socket at a path of at most 107 bytes. */
  static Fd bound(Path path) {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length > PATH_MAX)
      throw new IllegalArgumentException("a socket's path has at most 107 bytes: " + path);
    var fd = new Fd((int) Native.must("socket", Syscall.SOCKET, AF_UNIX, STREAM | Fd.O_CLOEXEC, 0));
    try (Arena arena = Arena.ofConfined()) {
      long address = address(arena, name).address();
      Native.must("bind " + path, Syscall.BIND, fd.number(), address, 2 + name.length + 1);
      return fd;
    } catch (LinuxException e) {
      fd.close();
      throw e;
    }
  }

  /** Sends one datagram; a name that begins with {@code @} is an abstract one. */
  static void send(String to, String text) {
    byte[] name = to.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > PATH_MAX)
      throw new IllegalArgumentException("a socket's name has 1 to 107 bytes: " + to);
    boolean isAbstract = name[0] == '@';
    if (isAbstract) name[0] = 0;
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined();
        var fd =
            new Fd(
                (int) Native.must("socket", Syscall.SOCKET, AF_UNIX, DATAGRAM | Fd.O_CLOEXEC, 0))) {
      MemorySegment content = arena.allocate(bytes.length + 1L);
      MemorySegment.copy(bytes, 0, content, ValueLayout.JAVA_BYTE, 0, bytes.length);
      Native.must(
          "sendto " + to,
          Syscall.SENDTO,
          fd.number(),
          content.address(),
          bytes.length,
          NO_SIGNAL,
          address(arena, name).address(),
          2L + name.length + (isAbstract ? 0 : 1));
    }
  }

  private static MemorySegment address(Arena arena, byte[] name) {
    MemorySegment address = arena.allocate(110, 8);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
    return address;
  }
}
