package dev.theca.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process at one moment, from {@code /proc/PID/stat} (proc(5), fields 3, 4, 22 and 52).
 *
 * @param state one letter, {@code Z} for a process that has ended and was not collected
 * @param startTicks clock ticks from boot to its start: with the number, what tells it from others
 * @param status how it ended, as of waitpid(2); 0 as long as it runs, and for who may not look
 */
public record ProcessStat(char state, long parent, long startTicks, int status) {
  private static final int PARENT = 1;
  private static final int START = 19;
  private static final int STATUS = 49;

  /** Empty when there is no such process. */
  public static Optional<ProcessStat> of(long pid) {
    try {
      return Optional.of(read(Files.readString(Path.of("/proc", Long.toString(pid), "stat"))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The name before the third field may have spaces and brackets of its own. */
  static ProcessStat read(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ", -1);
    return new ProcessStat(
        fields[0].charAt(0),
        Long.parseLong(fields[PARENT]),
        Long.parseLong(fields[START]),
        Integer.parseInt(fields[STATUS]));
  }

  /** Whether it has ended; its number is not free before it was collected. */
  public boolean hasEnded() {
    return state == 'Z' || state == 'X';
  }

  /** As a shell says it: the code, or 128 and the signal. */
  public int exitCode() {
    int signal = status & 0x7f;
    return signal == 0 ? status >> 8 & 0xff : 128 + signal;
  }
}
