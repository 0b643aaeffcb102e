package dev.theca.node.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * When a process started, in clock ticks since boot, and how it ended if nobody has collected it:
 * fields 22 and 52 of {@code /proc/PID/stat} (proc(5)).
 */
final class StartTicks {
  private static final int FIELDS_AFTER_NAME = 19;
  private static final int EXIT_AFTER_NAME = 49;

  private StartTicks() {}

  /** 0 when there is no such process. */
  static long of(long pid) {
    try {
      return Long.parseLong(fields(pid)[FIELDS_AFTER_NAME]);
    } catch (IOException e) {
      return 0;
    }
  }

  /** The exit status of a process that is dead and not yet collected by its parent. */
  static OptionalInt ended(long pid) {
    try {
      String[] fields = fields(pid);
      if (!fields[0].equals("Z")) return OptionalInt.empty();
      int status = Integer.parseInt(fields[EXIT_AFTER_NAME].strip());
      int signal = status & 0x7f;
      return OptionalInt.of(signal == 0 ? status >> 8 & 0xff : 128 + signal);
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  /** Whether this process is the one that collects it. */
  static boolean isOurs(long pid) {
    try {
      return Long.parseLong(fields(pid)[1]) == ProcessHandle.current().pid();
    } catch (IOException e) {
      return false;
    }
  }

  private static String[] fields(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
  }
}
