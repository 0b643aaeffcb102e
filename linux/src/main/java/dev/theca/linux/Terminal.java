package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Terminals (ioctl_tty(2)). */
public final class Terminal {
  private static final long TIOCSWINSZ = 0x5414;

  private Terminal() {}

  /** Sets the size of a terminal, by its master side, in characters. */
  public static void resize(Fd master, int columns, int rows) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 8);
      size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
      size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
      int result = master.ioctl(TIOCSWINSZ, size.address());
      if (result < 0) throw new LinuxException("set the size of a terminal", -result);
    }
  }
}
