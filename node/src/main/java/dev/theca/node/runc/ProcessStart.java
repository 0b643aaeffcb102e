package dev.theca.node.runc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process by its number and the clock tick of its start (proc(5), fields 3 and 22 of stat). */
record ProcessStart(long pid, long ticks) {
  private static final int TICKS_AFTER_NAME = 19;

  /** Whether it is there, has not ended, and is no other process with its number. */
  boolean lives() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return !fields[0].equals("Z")
          && !fields[0].equals("X")
          && fields.length > TICKS_AFTER_NAME
          && fields[TICKS_AFTER_NAME].equals(Long.toString(ticks));
    } catch (IOException e) {
      return false;
    }
  }
}
