package dev.theca.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** mount(2), umount2(2) and the mount table of this process. */
public final class Mounts {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_REMOUNT = 32;
  public static final long MS_BIND = 4096;
  public static final long MS_REC = 16384;
  public static final long MS_PRIVATE = 1 << 18;
  public static final long MS_SLAVE = 1 << 19;
  public static final long MS_SHARED = 1 << 20;

  private static final int MNT_DETACH = 2;

  /**
   * Mount options that are flags: a set bit, or a cleared one (node.md 10 lists them as mount(8)
   * does).
   */
  private static final Map<String, Long> SET = set();

  private static final Map<String, Long> CLEAR =
      Map.of(
          "rw",
          1L,
          "suid",
          2L,
          "dev",
          4L,
          "exec",
          8L,
          "async",
          16L,
          "atime",
          1024L,
          "diratime",
          2048L,
          "norelatime",
          1L << 21);

  private Mounts() {}

  private static Map<String, Long> set() {
    var set = new LinkedHashMap<String, Long>();
    set.put("ro", MS_RDONLY);
    set.put("nosuid", MS_NOSUID);
    set.put("nodev", MS_NODEV);
    set.put("noexec", MS_NOEXEC);
    set.put("sync", 16L);
    set.put("remount", MS_REMOUNT);
    set.put("dirsync", 128L);
    set.put("noatime", 1024L);
    set.put("nodiratime", 2048L);
    set.put("bind", MS_BIND);
    set.put("rbind", MS_BIND | MS_REC);
    set.put("relatime", 1L << 21);
    set.put("strictatime", 1L << 24);
    set.put("defaults", 0L);
    return Map.copyOf(set);
  }

  /** One mount call; {@code data} may be empty. */
  public static void mount(String source, Path target, String type, long flags, String data) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must(
          "mount " + (type.isEmpty() ? source : type) + " on " + target,
          Syscall.MOUNT,
          Native.text(arena, source).address(),
          Native.text(arena, target.toString()).address(),
          type.isEmpty() ? 0 : Native.text(arena, type).address(),
          flags,
          data.isEmpty() ? 0 : Native.text(arena, data).address(),
          0);
    }
  }

  /**
   * Mounts with options as mount(8) writes them; a read-only bind takes the second call that the
   * kernel wants.
   */
  public static void mount(String source, Path target, String type, List<String> options) {
    long flags = 0;
    var data = new ArrayList<String>();
    for (String option : options) {
      Long set = SET.get(option);
      Long clear = CLEAR.get(option);
      if (set != null) flags |= set;
      else if (clear != null) flags &= ~clear;
      else data.add(option);
    }
    mount(source, target, type, flags, String.join(",", data));
    if ((flags & MS_BIND) != 0 && (flags & ~(MS_BIND | MS_REC)) != 0) {
      mount("none", target, "", flags & ~MS_REC | MS_REMOUNT, "");
    }
  }

  public static void bind(Path source, Path target, boolean readOnly) {
    mount(source.toString(), target, "", readOnly ? List.of("bind", "ro") : List.of("bind"));
  }

  /**
   * Sets the propagation of a mount point: {@link #MS_PRIVATE}, {@link #MS_SLAVE} or {@link
   * #MS_SHARED}, maybe with MS_REC.
   */
  public static void propagation(Path target, long flags) {
    mount("none", target, "", flags, "");
  }

  /**
   * Detaches whatever is mounted on {@code target}, layer by layer; nothing mounted is no error.
   */
  public static void detach(Path target) {
    try (Arena arena = Arena.ofConfined()) {
      var name = Native.text(arena, target.toString());
      for (int layer = 0; layer < 64; layer++) {
        long result = Native.call(Syscall.UMOUNT2, name.address(), MNT_DETACH, 0);
        if (result == -Errno.EINVAL || result == -Errno.ENOENT) return;
        if (result < 0) throw new LinuxException("umount " + target, (int) -result);
      }
    }
  }

  /**
   * Unmounts the topmost layer of {@code target} (umount2(2)); {@code lazily} also when it is in
   * use: then it goes from the tree at once and ends with its last user. False when it is in use;
   * nothing mounted is no error.
   */
  public static boolean unmount(Path target, boolean lazily) {
    try (Arena arena = Arena.ofConfined()) {
      long name = Native.text(arena, target.toString()).address();
      long result = Native.call(Syscall.UMOUNT2, name, lazily ? MNT_DETACH : 0, 0);
      if (result == -Errno.EBUSY) return false;
      if (result < 0 && result != -Errno.EINVAL && result != -Errno.ENOENT)
        throw new LinuxException("umount " + target, (int) -result);
      return true;
    }
  }

  /** Mount points at or below a folder in this process's table, innermost first. */
  public static List<Path> below(Path folder) {
    try {
      var found = new ArrayList<Path>();
      for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
        Path point = Path.of(line.split(" ", 6)[4].replace("\\040", " "));
        if (point.startsWith(folder)) found.add(point);
      }
      return found.reversed();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the mount table", e);
    }
  }

  /** Detaches everything at or below a folder. */
  public static void detachBelow(Path folder) {
    for (Path point : below(folder)) detach(point);
  }
}
