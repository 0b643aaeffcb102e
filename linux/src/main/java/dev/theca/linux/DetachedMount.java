package dev.theca.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file system that is mounted nowhere and reached through a descriptor only (fsopen(2),
 * fsmount(2)); gone when closed. Needs CAP_SYS_ADMIN.
 */
public final class DetachedMount implements AutoCloseable {
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int SET_STRING = 1;
  private static final int CREATE = 6;

  private final Fd root;

  private DetachedMount(Fd root) {
    this.root = root;
  }

  /** Makes one of a type, with options as mount(8) takes them. */
  public static DetachedMount of(String type, Map<String, String> options) {
    try (Arena arena = Arena.ofConfined()) {
      long opened =
          Native.must(
              "fsopen " + type,
              Syscall.FSOPEN,
              Native.text(arena, type).address(),
              FSOPEN_CLOEXEC,
              0);
      try (var context = new Fd((int) opened)) {
        options.forEach(
            (key, value) ->
                Native.must(
                    "fsconfig " + key,
                    Syscall.FSCONFIG,
                    context.number(),
                    SET_STRING,
                    Native.text(arena, key).address(),
                    Native.text(arena, value).address(),
                    0,
                    0));
        Native.must("fsconfig " + type, Syscall.FSCONFIG, context.number(), CREATE, 0, 0, 0, 0);
        long mounted =
            Native.must("fsmount " + type, Syscall.FSMOUNT, context.number(), FSMOUNT_CLOEXEC, 0);
        return new DetachedMount(new Fd((int) mounted));
      }
    }
  }

  /** Opens a file of it. */
  public Fd open(Path below, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long fd =
          Native.must(
              "open " + below,
              Syscall.OPENAT,
              root.number(),
              Native.text(arena, below.toString()).address(),
              flags | Fd.O_CLOEXEC,
              0,
              0,
              0);
      return new Fd((int) fd);
    }
  }

  @Override
  public void close() {
    root.close();
  }
}
