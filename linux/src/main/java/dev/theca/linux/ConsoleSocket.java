package dev.theca.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where an OCI runtime sends the master side of a container's terminal ({@code --console-socket}):
 * a unix socket that takes one descriptor as SCM_RIGHTS. The socket is for this process's user only
 * as far as its folder is.
 */
public final class ConsoleSocket implements AutoCloseable {
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int CLOEXEC = 0x80000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  private final Path path;
  private final Fd listener;

  private ConsoleSocket(Path path, Fd listener) {
    this.path = path;
    this.listener = listener;
  }

  /** Listens; the path has at most 107 bytes. */
  public static ConsoleSocket listen(Path path) {
    Fd fd = UnixSockets.bound(path);
    Native.must("listen on " + path, Syscall.LISTEN, fd.number(), 1, 0);
    return new ConsoleSocket(path, fd);
  }

  public Path path() {
    return path;
  }

  /**
   * The descriptor that was sent. A runtime has sent it when it says that the container is created,
   * so this waits a moment only; a fault when nothing came.
   */
  public Fd receive(int millis) {
    await(listener, millis);
    long peer = Native.must("accept", Syscall.ACCEPT4, listener.number(), 0, 0, CLOEXEC, 0, 0);
    try (var connection = new Fd((int) peer);
        Arena arena = Arena.ofConfined()) {
      await(connection, millis);
      MemorySegment text = arena.allocate(4096, 8);
      MemorySegment part = arena.allocate(16, 8);
      part.set(ValueLayout.JAVA_LONG, 0, text.address());
      part.set(ValueLayout.JAVA_LONG, 8, 4096);
      MemorySegment control = arena.allocate(24, 8);
      MemorySegment message = arena.allocate(56, 8);
      message.set(ValueLayout.JAVA_LONG, 16, part.address());
      message.set(ValueLayout.JAVA_LONG, 24, 1);
      message.set(ValueLayout.JAVA_LONG, 32, control.address());
      message.set(ValueLayout.JAVA_LONG, 40, 24);
      Native.must(
          "recvmsg", Syscall.RECVMSG, connection.number(), message.address(), MSG_CMSG_CLOEXEC);
      if (message.get(ValueLayout.JAVA_LONG, 40) < 20
          || control.get(ValueLayout.JAVA_INT, 8) != SOL_SOCKET
          || control.get(ValueLayout.JAVA_INT, 12) != SCM_RIGHTS)
        throw new LinuxException("receive a terminal", Errno.EBADF);
      return new Fd(control.get(ValueLayout.JAVA_INT, 16));
    }
  }

  private static void await(Fd fd, int millis) {
    try (var epoll = new Epoll()) {
      epoll.add(fd, Epoll.IN, 0);
      boolean[] came = {false};
      long end = System.nanoTime() + millis * 1_000_000L;
      while (!came[0]) { // a process that was stopped and goes on is woken without reason
        long left = (end - System.nanoTime() + 999_999) / 1_000_000;
        if (left <= 0) throw new LinuxException("wait for a terminal", Errno.ETIMEDOUT);
        epoll.await((int) left, (token, events) -> came[0] = true);
      }
    }
  }

  @Override
  public void close() {
    listener.close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }
}
