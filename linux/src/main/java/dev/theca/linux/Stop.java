package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Something to wait for beside a descriptor: an eventfd(2) that ends every wait while it is set.
 */
final class Stop {
  private static final int POLLIN = 1;

  private final Fd event =
      new Fd((int) Native.must("eventfd", Syscall.EVENTFD2, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0));

  /** Blocks natively until something happens at {@code fd} (true), or this is set (false). */
  boolean await(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment polls = arena.allocate(16, 4); // struct pollfd {int fd; short events, revents}
      polls.set(ValueLayout.JAVA_INT, 0, fd.number());
      polls.set(ValueLayout.JAVA_SHORT, 4, (short) POLLIN);
      polls.set(ValueLayout.JAVA_INT, 8, event.number());
      polls.set(ValueLayout.JAVA_SHORT, 12, (short) POLLIN);
      long n;
      do {
        n = Native.call(Syscall.POLL, polls.address(), 2, -1);
      } while (n == -Errno.EINTR);
      if (n < 0) throw new LinuxException("poll", (int) -n);
      return polls.get(ValueLayout.JAVA_SHORT, 14) == 0;
    }
  }

  void set() {
    transfer(Syscall.WRITE);
  }

  void clear() {
    transfer(Syscall.READ);
  }

  private void transfer(Syscall call) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
      Native.call(call, event.number(), count.address(), 8);
    }
  }
}
