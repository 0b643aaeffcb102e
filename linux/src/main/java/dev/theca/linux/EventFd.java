package dev.theca.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * eventfd(2): a counter to wait for with {@link Epoll}. Reading takes what was counted and never
 * blocks.
 */
public final class EventFd implements AutoCloseable {
  private final Fd fd;

  public EventFd() {
    fd = new Fd((int) Native.must("eventfd", Syscall.EVENTFD2, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0));
  }

  /**
   * Counts the events of a file in a control group of version 1 (cgroup-v1/memory.rst, section 9).
   * The kernel also counts the removal of the group as one.
   */
  public static EventFd ofCgroup(Path group, String file) {
    var events = new EventFd();
    try (Fd watched = Fd.open(group.resolve(file), Fd.O_RDONLY);
        Fd control = Fd.open(group.resolve("cgroup.event_control"), Fd.O_WRONLY)) {
      byte[] line =
          (events.fd.number() + " " + watched.number()).getBytes(StandardCharsets.US_ASCII);
      int written = control.write(ByteBuffer.allocateDirect(line.length).put(line).flip());
      if (written < 0) throw new LinuxException("watch " + group.resolve(file), -written);
      return events;
    } catch (RuntimeException e) {
      events.close();
      throw e;
    }
  }

  public Fd fd() {
    return fd;
  }

  /** Adds one. */
  public void signal() {
    var one = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putLong(0, 1);
    int written = fd.write(one);
    if (written < 0 && written != -Errno.EAGAIN) throw new LinuxException("signal", -written);
  }

  /** What was counted since the last call; 0 when nothing was. */
  public long take() {
    var count = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    int read = fd.read(count);
    if (read == -Errno.EAGAIN || read == -Errno.EINTR) return 0;
    if (read < 0) throw new LinuxException("read an eventfd", -read);
    return count.getLong(0);
  }

  @Override
  public void close() {
    fd.close();
  }
}
