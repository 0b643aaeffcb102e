package dev.theca.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.OptionalInt;

/** Which processors there may ever be, and which of them a thread may use. */
public final class Cpus {
  private static final int MASK_BYTES = 1024; // 8192 processors, the most that x86-64 can have

  private Cpus() {}

  /**
   * How many processors the kernel has made room for, present or not; empty when sysfs does not
   * show it. Not what {@link Runtime#availableProcessors()} says.
   */
  public static OptionalInt possible() {
    try {
      String list = Files.readString(Path.of("/sys/devices/system/cpu/possible"));
      return OptionalInt.of(count(list.strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** Counts a list such as {@code 0-3,8}. */
  static int count(String list) {
    int count = 0;
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", 2);
      int first = Integer.parseInt(ends[0]);
      count += ends.length == 1 ? 1 : Integer.parseInt(ends[1]) - first + 1;
    }
    return count;
  }

  /** The processors that the calling thread may run on (sched_getaffinity(2)). */
  public static BitSet allowed() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, 8);
      Native.must("sched_getaffinity", Syscall.SCHED_GETAFFINITY, 0, MASK_BYTES, mask.address());
      return BitSet.valueOf(mask.asByteBuffer());
    }
  }

  /**
   * Lets the calling thread run on one processor only (sched_setaffinity(2)); false when it is
   * offline or forbidden.
   */
  public static boolean pin(int cpu) {
    if (cpu < 0 || cpu >= 8 * MASK_BYTES) return false;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, 8);
      mask.set(ValueLayout.JAVA_BYTE, cpu / 8, (byte) (1 << cpu % 8));
      return Native.call(Syscall.SCHED_SETAFFINITY, 0, MASK_BYTES, mask.address()) == 0;
    }
  }
}
