package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalInt;

/**
 * A process held by a pidfd, so that a reused number is never mistaken for it: one that this
 * process started, one that it inherits when its parent ends (the workload of a container, whose
 * parent was a short-lived runtime), or, after a restart, one that is somebody else's child.
 */
public final class ChildProcess implements AutoCloseable {
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int P_PIDFD = 3;
  private static final int WNOHANG = 1;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1;
  private static final int SIGINFO = 128;

  /** Offsets in siginfo_t; what differs by its kind begins at 16, for it is aligned to 8. */
  private static final int SI_CODE = 8;

  private static final int SI_PID = 16;
  private static final int SI_STATUS = 24;

  /** PIDFD_GET_INFO of linux/pidfd.h: u64 mask first, i32 wait status at 60. */
  private static final long GET_INFO = 0xC040FF0BL;

  private static final long INFO_EXIT = 8;

  private final Fd pidfd;
  private final long pid;
  private boolean closed;

  private ChildProcess(Fd pidfd, long pid) {
    this.pidfd = pidfd;
    this.pid = pid;
  }

  /** Makes this process the parent of orphans below it (prctl(2), PR_SET_CHILD_SUBREAPER). */
  public static void inheritOrphans() {
    Native.must("prctl", Syscall.PRCTL, PR_SET_CHILD_SUBREAPER, 1, 0);
  }

  /** Takes hold of a living process, or of a child that was not collected yet (pidfd_open(2)). */
  public static ChildProcess hold(long pid) {
    long fd = Native.must("pidfd_open " + pid, Syscall.PIDFD_OPEN, pid, 0, 0);
    return new ChildProcess(new Fd((int) fd), pid);
  }

  public long pid() {
    return pid;
  }

  Fd fd() {
    return pidfd;
  }

  /** Sends a signal; false when the process has ended, or was let go. */
  public synchronized boolean signal(int number) {
    if (closed) return false;
    long result = Native.call(Syscall.PIDFD_SEND_SIGNAL, pidfd.number(), number, 0, 0, 0, 0);
    if (result == -Errno.ESRCH) return false;
    if (result < 0) throw new LinuxException("signal " + number + " to " + pid, (int) -result);
    return true;
  }

  /**
   * Waits for the end and collects it: the exit code, or 128 + signal. Blocks its thread natively;
   * call it once, and not for a process that {@link Exits} follows.
   */
  public int await() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO, 8);
      long result = waitid(info, WEXITED);
      if (result < 0) throw new LinuxException("waitid " + pid, (int) -result);
      return status(info);
    }
  }

  /** What {@link #collect} found. */
  enum Found {
    ENDED,
    RUNNING,
    NOT_OURS
  }

  /** Collects the end if there is one; {@code status} gets it. */
  Found collect(int[] status) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(SIGINFO, 8);
      long result = waitid(info, WEXITED | WNOHANG);
      if (result == -Errno.ECHILD) return Found.NOT_OURS;
      if (result < 0) throw new LinuxException("waitid " + pid, (int) -result);
      if (info.get(ValueLayout.JAVA_INT, SI_PID) == 0) return Found.RUNNING;
      status[0] = status(info);
      return Found.ENDED;
    }
  }

  private long waitid(MemorySegment info, int options) {
    long result;
    do {
      result = Native.call(Syscall.WAITID, P_PIDFD, pidfd.number(), info.address(), options, 0, 0);
    } while (result == -Errno.EINTR);
    return result;
  }

  private static int status(MemorySegment info) {
    int status = info.get(ValueLayout.JAVA_INT, SI_STATUS);
    return info.get(ValueLayout.JAVA_INT, SI_CODE) == CLD_EXITED ? status : 128 + status;
  }

  /**
   * The status of a process that somebody else has collected; empty as long as nobody has, and
   * always before Linux 6.15.
   */
  OptionalInt collectedByOthers() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(64, 8);
      info.set(ValueLayout.JAVA_LONG, 0, INFO_EXIT);
      if (pidfd.ioctl(GET_INFO, info.address()) < 0) return OptionalInt.empty();
      if ((info.get(ValueLayout.JAVA_LONG, 0) & INFO_EXIT) == 0) return OptionalInt.empty();
      int wait = info.get(ValueLayout.JAVA_INT, 60);
      return OptionalInt.of((wait & 0x7f) == 0 ? wait >> 8 & 0xff : 128 + (wait & 0x7f));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    pidfd.close();
  }
}
