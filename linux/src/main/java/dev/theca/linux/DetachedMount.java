package dev.theca.linux;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file system that is mounted nowhere and reached through a descriptor only (fsopen(2),
 * fsmount(2)); gone when closed, unless it was attached. Needs CAP_SYS_ADMIN.
 */
public final class DetachedMount implements AutoCloseable {
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int SET_FLAG = 0;
  private static final int SET_STRING = 1;
  private static final int SET_FD = 5;
  private static final int CREATE = 6;

  private final Fd root;

  private DetachedMount(Fd root) {
    this.root = root;
  }

  /** A setting of a file system (fsconfig(2)). */
  public sealed interface Setting {
    String key();

    /** A word without a value. */
    record Word(String key) implements Setting {}

    /** A value of at most 255 bytes. */
    record Text(String key, String value) implements Setting {}

    /** Something open; not every file system takes it. */
    record Open(String key, Fd value) implements Setting {}
  }

  /** Makes one of a type, with options as mount(8) takes them. */
  public static DetachedMount of(String type, Map<String, String> options) {
    var settings = new ArrayList<Setting>();
    options.forEach((key, value) -> settings.add(new Setting.Text(key, value)));
    return of(type, settings);
  }

  /** Makes one of a type; settings are given in their order. */
  public static DetachedMount of(String type, List<? extends Setting> settings) {
    try (Arena arena = Arena.ofConfined()) {
      long opened =
          Native.must(
              "fsopen " + type,
              Syscall.FSOPEN,
              Native.text(arena, type).address(),
              FSOPEN_CLOEXEC,
              0);
      try (var context = new Fd((int) opened)) {
        for (Setting setting : settings) set(arena, context, setting);
        Native.must("fsconfig " + type, Syscall.FSCONFIG, context.number(), CREATE, 0, 0, 0, 0);
        long mounted =
            Native.must("fsmount " + type, Syscall.FSMOUNT, context.number(), FSMOUNT_CLOEXEC, 0);
        return new DetachedMount(new Fd((int) mounted));
      }
    }
  }

  private static void set(Arena arena, Fd context, Setting setting) {
    switch (setting) {
      case Setting.Word(_) -> set(arena, context, setting, SET_FLAG, 0, 0);
      case Setting.Text(_, String value) ->
          set(arena, context, setting, SET_STRING, Native.text(arena, value).address(), 0);
      case Setting.Open(_, Fd value) -> set(arena, context, setting, SET_FD, 0, value.number());
    }
  }

  private static void set(
      Arena arena, Fd context, Setting setting, int command, long value, int number) {
    Native.must(
        "fsconfig " + setting.key(),
        Syscall.FSCONFIG,
        context.number(),
        command,
        Native.text(arena, setting.key()).address(),
        value,
        number,
        0);
  }

  /** Attaches it to the tree; it stays when this is closed. */
  public void attach(Path target) {
    DetachedTree.attach(root, target);
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
