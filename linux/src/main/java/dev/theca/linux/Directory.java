package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory held open. Everything is done to names directly in it, and links are never followed
 * (openat(2) with O_NOFOLLOW and its family), so that no link that somebody puts in the way leads
 * elsewhere. Names are bytes: single components without slash, not {@code .} or {@code ..}.
 */
public final class Directory implements AutoCloseable {
  private static final int O_DIRECTORY = 0x10000;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int ENTRIES = 1 << 15;
  private static final long BILLION = 1_000_000_000L;

  private final Fd fd;

  private Directory(Fd fd) {
    this.fd = fd;
  }

  /** Opens a directory by path; its last component is no link. */
  public static Directory open(Path path) {
    return new Directory(Fd.open(path, Fd.O_RDONLY | O_DIRECTORY | Fd.O_NOFOLLOW));
  }

  /** Opens a directory in this one. */
  public Directory open(byte[] name) {
    return new Directory(openAt(name, Fd.O_RDONLY | O_DIRECTORY, 0));
  }

  /** Creates a regular file for writing, readable and writable by its owner only. */
  public Fd create(byte[] name) {
    return openAt(name, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_EXCL, 0600);
  }

  private Fd openAt(byte[] name, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      long opened =
          Native.must(
              "open " + shown(name),
              Syscall.OPENAT,
              fd.number(),
              name(arena, name),
              flags | Fd.O_NOFOLLOW | Fd.O_CLOEXEC,
              mode,
              0,
              0);
      return new Fd((int) opened);
    }
  }

  public void mkdir(byte[] name, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must("mkdir " + shown(name), Syscall.MKDIRAT, fd.number(), name(arena, name), mode);
    }
  }

  /** Makes a link with any target, which is not looked at. */
  public void symlink(byte[] target, byte[] name) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "symlink " + shown(name),
          Syscall.SYMLINKAT,
          Native.text(arena, target).address(),
          fd.number(),
          name(arena, name));
    }
  }

  /** Makes a special file; {@code type} is S_IFCHR, S_IFBLK or S_IFIFO (mknod(2)). */
  public void special(byte[] name, int type, int major, int minor) {
    long device =
        minor & 0xFFL | (major & 0xFFFL) << 8 | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "mknod " + shown(name),
          Syscall.MKNODAT,
          fd.number(),
          name(arena, name),
          type | 0600,
          device,
          0,
          0);
    }
  }

  /** One more name for a file of a directory on the same file system; links are not followed. */
  public void link(Directory from, byte[] existing, byte[] name) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "link " + shown(name),
          Syscall.LINKAT,
          from.fd.number(),
          name(arena, existing),
          fd.number(),
          name(arena, name),
          0,
          0);
    }
  }

  /** Moves a name of another directory here; what has that name here is replaced (rename(2)). */
  public void rename(Directory from, byte[] existing, byte[] name) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "rename to " + shown(name),
          Syscall.RENAMEAT,
          from.fd.number(),
          name(arena, existing),
          fd.number(),
          name(arena, name),
          0,
          0);
    }
  }

  public void unlink(byte[] name) {
    remove(name, 0);
  }

  public void rmdir(byte[] name) {
    remove(name, AT_REMOVEDIR);
  }

  private void remove(byte[] name, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must("remove " + shown(name), Syscall.UNLINKAT, fd.number(), name(arena, name), flags);
    }
  }

  /** Sets owner and group of a name, of a link itself. */
  public void owner(byte[] name, int uid, int gid) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "chown " + shown(name),
          Syscall.FCHOWNAT,
          fd.number(),
          name(arena, name),
          Integer.toUnsignedLong(uid),
          Integer.toUnsignedLong(gid),
          AT_SYMLINK_NOFOLLOW,
          0);
    }
  }

  /** Sets the permission bits of a name that is no link: fchmodat(2) would follow one. */
  public void mode(byte[] name, int bits) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "chmod " + shown(name), Syscall.FCHMODAT, fd.number(), name(arena, name), bits & 07777);
    }
  }

  /** Sets the times of a name, of a link itself, in nanoseconds since 1970. */
  public void times(byte[] name, long nanos) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "set times of " + shown(name),
          Syscall.UTIMENSAT,
          fd.number(),
          name(arena, name),
          times(arena, nanos).address(),
          AT_SYMLINK_NOFOLLOW,
          0,
          0);
    }
  }

  /** What a name stands for, a link itself. */
  public FileStatus status(byte[] name) {
    try (Arena arena = Arena.ofConfined()) {
      var text = Native.text(arena, checked(name));
      return FileStatus.at(arena, fd, text, shown(name));
    }
  }

  /** What the kernel tells of this directory itself. */
  public FileStatus status() {
    try (Arena arena = Arena.ofConfined()) {
      return FileStatus.at(arena, fd, Native.text(arena, ""), "an open directory");
    }
  }

  /**
   * The next names in this directory, some at a time and in no order; none at the end
   * (getdents64(2)). Names that come and go meanwhile may or may not be among them.
   */
  public List<byte[]> read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(ENTRIES, 8);
      while (true) {
        long n =
            Native.must(
                "read a directory", Syscall.GETDENTS64, fd.number(), buffer.address(), ENTRIES);
        if (n == 0) return List.of();
        var names = new ArrayList<byte[]>();
        for (long at = 0; at < n; at += buffer.get(ValueLayout.JAVA_SHORT, at + 16) & 0xFFFFL) {
          byte[] name = name(buffer, at + 19);
          if (!own(name)) names.add(name);
        }
        if (!names.isEmpty()) return names;
      }
    }
  }

  private static byte[] name(MemorySegment buffer, long from) {
    long to = from;
    while (buffer.get(ValueLayout.JAVA_BYTE, to) != 0) to++;
    return buffer.asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The directory itself, for what is done to it and not to names in it. */
  public Fd fd() {
    return fd;
  }

  /** Two struct timespec, for access and change. */
  static MemorySegment times(Arena arena, long nanos) {
    MemorySegment times = arena.allocate(32, 8);
    for (int at = 0; at < 32; at += 16) {
      times.set(ValueLayout.JAVA_LONG, at, Math.floorDiv(nanos, BILLION));
      times.set(ValueLayout.JAVA_LONG, at + 8, Math.floorMod(nanos, BILLION));
    }
    return times;
  }

  private static long name(Arena arena, byte[] name) {
    return Native.text(arena, checked(name)).address();
  }

  private static byte[] checked(byte[] name) {
    for (byte b : name)
      if (b == '/') throw new IllegalArgumentException("a name with a slash: " + shown(name));
    if (name.length == 0 || own(name))
      throw new IllegalArgumentException("no name: '" + shown(name) + "'");
    return name;
  }

  /** Whether it is {@code .} or {@code ..}. */
  private static boolean own(byte[] name) {
    return name.length > 0
        && name[0] == '.'
        && (name.length == 1 || name.length == 2 && name[1] == '.');
  }

  static String shown(byte[] name) {
    return new String(name, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public void close() {
    fd.close();
  }
}
