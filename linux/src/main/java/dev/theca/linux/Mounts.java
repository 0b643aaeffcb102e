package dev.theca.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/** mount(2), umount2(2) and the mount table of this process. */
public final class Mounts {
  public static final long MS_RDONLY = 1;
  public static final long MS_NOSUID = 2;
  public static final long MS_NODEV = 4;
  public static final long MS_NOEXEC = 8;
  public static final long MS_REMOUNT = 32;
  public static final long MS_BIND = 4096;
  public static final long MS_REC = 16384;
  public static final long MS_UNBINDABLE = 1 << 17;
  public static final long MS_PRIVATE = 1 << 18;
  public static final long MS_SLAVE = 1 << 19;
  public static final long MS_SHARED = 1 << 20;

  private static final int MNT_DETACH = 2;

  private static final int MAX_LAYERS = 10_000;

  private Mounts() {}

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

  /** Mounts with options as mount(8) writes them, in as many calls as the kernel wants. */
  public static void mount(String source, Path target, String type, List<String> options) {
    var parsed = MountOptions.of(options);
    mount(source, target, type, parsed.flags(), parsed.data());
    refine(target, parsed);
  }

  /**
   * What comes after the first call: the flags of a bind, which that call does not look at, and
   * propagation, which wants a call of its own.
   */
  public static void refine(Path target, MountOptions options) {
    if (options.bind() && (options.flags() & ~(MS_BIND | MS_REC)) != 0)
      mount("none", target, "", options.flags() & ~MS_REC | MS_REMOUNT, "");
    for (long propagation : options.propagation()) propagation(target, propagation);
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
      for (int layer = 0; layer < MAX_LAYERS; layer++) {
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
    return MountEntry.ofThisProcess().stream()
        .map(MountEntry::point)
        .filter(point -> point.startsWith(folder))
        .toList()
        .reversed();
  }

  /** Detaches everything at or below a folder. */
  public static void detachBelow(Path folder) {
    for (Path point : below(folder)) detach(point);
  }
}
