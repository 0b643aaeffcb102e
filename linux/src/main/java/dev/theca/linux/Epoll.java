package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * epoll(7): waits for many descriptors at once. Each has a token of its owner's choice; {@link
 * #ONCE} reports a descriptor a single time until it is armed again.
 */
public final class Epoll implements AutoCloseable {
  public static final int IN = 1;
  public static final int PRIORITY = 2;
  public static final int OUT = 4;
  public static final int ONCE = 1 << 30;

  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int MODIFY = 3;
  private static final int EVENT = 12; // packed on x86-64: u32 events, u64 data
  private static final int MAX = 64;

  private final Fd fd;

  public Epoll() {
    fd = new Fd((int) Native.must("epoll_create1", Syscall.EPOLL_CREATE1, Fd.O_CLOEXEC, 0, 0));
  }

  /** Called for each descriptor that is ready. */
  public interface Ready {
    void ready(long token, int events);
  }

  public void add(Fd what, int events, long token) {
    Native.must(
        "epoll_ctl",
        Syscall.EPOLL_CTL,
        fd.number(),
        ADD,
        what.number(),
        event(events, token),
        0,
        0);
  }

  /** Arms a descriptor again. */
  public void again(Fd what, int events, long token) {
    Native.must(
        "epoll_ctl",
        Syscall.EPOLL_CTL,
        fd.number(),
        MODIFY,
        what.number(),
        event(events, token),
        0,
        0);
  }

  /** Forgets a descriptor, before it is closed. */
  public void remove(Fd what) {
    Native.call(Syscall.EPOLL_CTL, fd.number(), DELETE, what.number(), 0, 0, 0);
  }

  /** One event; its memory lives as long as the caller's call: the kernel copies it. */
  private static long event(int events, long token) {
    MemorySegment memory = EVENTS.get();
    memory.set(ValueLayout.JAVA_INT_UNALIGNED, 0, events);
    memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 4, token);
    return memory.address();
  }

  private static final ThreadLocal<MemorySegment> EVENTS =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(EVENT, 8));

  /** Waits (milliseconds, -1 = without limit) and reports; blocks its thread natively. */
  public void await(int millis, Ready ready) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment events = arena.allocate((long) EVENT * MAX, 8);
      long n = Native.call(Syscall.EPOLL_WAIT, fd.number(), events.address(), MAX, millis, 0, 0);
      if (n == -Errno.EINTR) return;
      if (n < 0) throw new LinuxException("epoll_wait", (int) -n);
      for (int i = 0; i < n; i++) {
        ready.ready(
            events.get(ValueLayout.JAVA_LONG_UNALIGNED, i * (long) EVENT + 4),
            events.get(ValueLayout.JAVA_INT_UNALIGNED, i * (long) EVENT));
      }
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
