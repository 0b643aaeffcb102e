package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A process that somebody else started and that this one inherits when its parent ends: the
 * workload of a container, whose parent was a short-lived runtime. Held by a pidfd, so that a
 * reused number is never mistaken for it.
 */
public final class ChildProcess implements AutoCloseable {
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int P_PIDFD = 3;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1;
  private static final int SIGINFO = 128;

  private final Fd pidfd;
  private final long pid;

  private ChildProcess(Fd pidfd, long pid) {
    this.pidfd = pidfd;
    this.pid = pid;
  }

  /** Makes this process the parent of orphans below it (prctl(2), PR_SET_CHILD_SUBREAPER). */
  public static void inheritOrphans() {
    Native.must("prctl", Syscall.PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0);
  }

  /** Takes hold of a living process (pidfd_open(2)). */
  public static ChildProcess hold(long pid) {
    long fd = Native.must("pidfd_open " + pid, Syscall.PIDFD_OPEN, pid, 0, 0);
    return new ChildProcess(new Fd((int) fd), pid);
  }

  public long pid() {
    return pid;
  }

  /** Sends a signal; false when the process has ended. */
  public boolean signal(int number) {
    long result = Native.call(Syscall.PIDFD_SEND_SIGNAL, pidfd.number(), number, 0, 0, 0, 0);
    if (result == -Errno.ESRCH) return false;
    if (result < 0) throw new LinuxException("signal " + number + " to " + pid, (int) -result);
    return true;
  }

  /**
   * Waits for the end and collects it: the exit code, or 128 + signal. Blocks its thread; call it
   * once.
   */
  public int await() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO, 8);
      long result;
      do {
        result =
            Native.call(Syscall.WAITID, P_PIDFD, pidfd.number(), info.address(), WEXITED, 0, 0);
      } while (result == -Errno.EINTR);
      if (result < 0) throw new LinuxException("waitid " + pid, (int) -result);
      int status = info.get(ValueLayout.JAVA_INT, 24);
      return info.get(ValueLayout.JAVA_INT, 8) == CLD_EXITED ? status : 128 + status;
    }
  }

  @Override
  public void close() {
    pidfd.close();
  }
}
