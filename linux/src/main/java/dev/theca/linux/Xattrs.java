package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes of all name spaces (xattr(7)); values are bytes. What the file system or the
 * caller's rights do not allow is a {@link LinuxException} with EOPNOTSUPP or EPERM.
 */
public final class Xattrs {
  private static final int MAX_VALUE = 1 << 16;
  private static final int MAX_LIST = 1 << 16;

  private Xattrs() {}

  /** Sets one of an open file or directory. */
  public static void set(Fd file, String name, byte[] value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = copy(arena, value);
      Native.must(
          "set attribute " + name,
          Syscall.FSETXATTR,
          file.number(),
          Native.text(arena, name).address(),
          bytes.address(),
          value.length,
          0,
          0);
    }
  }

  /** Sets one of a name that cannot be opened: a link itself, a device. */
  public static void set(Directory in, byte[] entry, String name, byte[] value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = copy(arena, value);
      Native.must(
          "set attribute " + name + " of " + Directory.shown(entry),
          Syscall.LSETXATTR,
          path(arena, in, entry).address(),
          Native.text(arena, name).address(),
          bytes.address(),
          value.length,
          0,
          0);
    }
  }

  public static void remove(Fd file, String name) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "remove attribute " + name,
          Syscall.FREMOVEXATTR,
          file.number(),
          Native.text(arena, name).address(),
          0);
    }
  }

  /** The names that an open file or directory has. */
  public static List<String> list(Fd file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment names = arena.allocate(MAX_LIST);
      long n = Native.call(Syscall.FLISTXATTR, file.number(), names.address(), MAX_LIST);
      return names("list attributes", names, n);
    }
  }

  /** The names of an entry, of a link itself. */
  public static List<String> list(Directory in, byte[] entry) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment names = arena.allocate(MAX_LIST);
      long n =
          Native.call(
              Syscall.LLISTXATTR, path(arena, in, entry).address(), names.address(), MAX_LIST);
      return names("list attributes of " + Directory.shown(entry), names, n);
    }
  }

  /** The value of an entry's attribute, of a link itself; empty when it has none. */
  public static Optional<byte[]> get(Directory in, byte[] entry, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(MAX_VALUE);
      long n =
          Native.call(
              Syscall.LGETXATTR,
              path(arena, in, entry).address(),
              Native.text(arena, name).address(),
              value.address(),
              MAX_VALUE,
              0,
              0);
      return value("attribute " + name + " of " + Directory.shown(entry), value, n);
    }
  }

  /** The value of an open file's attribute; empty when it has none. */
  public static Optional<byte[]> get(Fd file, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(MAX_VALUE);
      long n =
          Native.call(
              Syscall.FGETXATTR,
              file.number(),
              Native.text(arena, name).address(),
              value.address(),
              MAX_VALUE,
              0,
              0);
      return value("attribute " + name, value, n);
    }
  }

  private static Optional<byte[]> value(String what, MemorySegment value, long n) {
    if (n == -Errno.ENODATA) return Optional.empty();
    if (n < 0) throw new LinuxException(what, (int) -n);
    return Optional.of(value.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
  }

  private static List<String> names(String what, MemorySegment names, long n) {
    if (n == -Errno.EOPNOTSUPP) return List.of();
    if (n < 0) throw new LinuxException(what, (int) -n);
    byte[] bytes = names.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
    var list = new ArrayList<String>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != 0) continue;
      list.add(new String(bytes, from, i - from, StandardCharsets.UTF_8));
      from = i + 1;
    }
    return list;
  }

  private static MemorySegment copy(Arena arena, byte[] value) {
    MemorySegment bytes = arena.allocate(Math.max(1, value.length));
    MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
    return bytes;
  }

  /** There is no call that takes a directory before Linux 6.13, but /proc leads to an open one. */
  private static MemorySegment path(Arena arena, Directory in, byte[] entry) {
    byte[] folder = ("/proc/self/fd/" + in.fd().number() + "/").getBytes(StandardCharsets.US_ASCII);
    byte[] path = java.util.Arrays.copyOf(folder, folder.length + entry.length);
    System.arraycopy(entry, 0, path, folder.length, entry.length);
    return Native.text(arena, path);
  }
}
