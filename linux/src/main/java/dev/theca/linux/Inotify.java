package dev.theca.linux;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * inotify(7): tells which files change, to whoever waits for its descriptor with {@link Epoll}.
 * Reading never blocks. One file has one number, however often it is watched.
 */
public final class Inotify implements AutoCloseable {
  public static final int MODIFY = 2;

  /** The kernel dropped events: anything may have changed; comes with the number -1. */
  public static final int OVERFLOW = 0x4000;

  /** The watch has ended: its file is gone, or it was forgotten. */
  public static final int IGNORED = 0x8000;

  private static final int HEADER = 16; // i32 wd, u32 mask, u32 cookie, u32 length of the name
  private static final int BUFFER = 16 << 10;

  private final Fd fd;

  public Inotify() {
    int flags = Fd.O_CLOEXEC | Fd.O_NONBLOCK;
    fd = new Fd((int) Native.must("inotify_init", Syscall.INOTIFY_INIT1, flags, 0, 0));
  }

  public Fd fd() {
    return fd;
  }

  /** Watches a file; its number. */
  public int watch(Path file, int events) {
    try (Arena arena = Arena.ofConfined()) {
      return (int)
          Native.must(
              "watch " + file,
              Syscall.INOTIFY_ADD_WATCH,
              fd.number(),
              Native.text(arena, file.toString()).address(),
              events);
    }
  }

  /** Ends a watch; no error when it has ended. */
  public void forget(int number) {
    Native.call(Syscall.INOTIFY_RM_WATCH, fd.number(), number, 0);
  }

  /** Called for each change. */
  public interface Change {
    void changed(int number, int events);
  }

  /** Reports what has happened since the last call. */
  public void take(Change change) {
    var buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.nativeOrder());
    while (true) {
      int read = fd.read(buffer.clear());
      if (read == -Errno.EAGAIN || read == -Errno.EINTR || read == 0) return;
      if (read < 0) throw new LinuxException("read inotify events", -read);
      buffer.flip();
      while (buffer.remaining() >= HEADER) {
        int number = buffer.getInt();
        int events = buffer.getInt();
        int unused = buffer.getInt();
        int name = buffer.getInt();
        buffer.position(buffer.position() + name);
        change.changed(number, events);
      }
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
