package dev.theca.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.List;

/**
 * Another program in this process (execve(2)): its number, its children and their exit codes, and
 * the descriptors that are named stay; every other descriptor, every thread and all memory go. So a
 * new version of a program takes over from the old one without anybody noticing.
 */
public final class Reexec {
  private static final long CLOSE_ON_EXEC = 4;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int SIG_SETMASK = 2;

  private Reexec() {}

  /**
   * Does not return unless it failed; then this program goes on, with all descriptors
   * close-on-exec.
   *
   * @param command an absolute program and its arguments
   * @param environment {@code NAME=value}
   * @param keep descriptors above 2 that stay open, under their numbers
   */
  public static void into(
      List<String> command, List<String> environment, Collection<Integer> keep) {
    try (Arena arena = Arena.ofConfined()) {
      Native.must("close_range", Syscall.CLOSE_RANGE, 3, 0xffffffffL, CLOSE_ON_EXEC);
      for (int fd : keep) Native.must("keep " + fd, Syscall.FCNTL, fd, F_SETFD, 0);
      MemorySegment none = arena.allocate(8, 8);
      Native.must(
          "rt_sigprocmask", Syscall.RT_SIGPROCMASK, SIG_SETMASK, none.address(), 0, 8, 0, 0);
      long result =
          Native.call(
              Syscall.EXECVE,
              Native.text(arena, command.getFirst()).address(),
              texts(arena, command),
              texts(arena, environment));
      for (int fd : keep) Native.call(Syscall.FCNTL, fd, F_SETFD, FD_CLOEXEC);
      throw new LinuxException("execute " + command.getFirst(), (int) -result);
    }
  }

  /** A NULL-terminated array of texts. */
  static long texts(Arena arena, List<String> texts) {
    MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++)
      array.setAtIndex(ValueLayout.JAVA_LONG, i, Native.text(arena, texts.get(i)).address());
    return array.address();
  }
}
