package dev.theca.linux;

import dev.theca.wire.rpc.RpcConnection;
import dev.theca.wire.rpc.RpcListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A unix socket whose connections can outlive this program: their descriptors are known, so the
 * next one in this process ({@link Reexec}) goes on with them. Only peers of this process's own
 * user are let in (SO_PEERCRED); the socket has mode 0600.
 */
public final class UnixListener implements RpcListener {
  private static final int BACKLOG = 128;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;

  private final Fd fd;
  private final Stop stop = new Stop();
  private volatile boolean open = true;

  private UnixListener(Fd fd) {
    this.fd = fd;
  }

  /**
   * Listens; a file left at {@code socket} is replaced. The name comes last, so that nobody finds a
   * socket that refuses.
   */
  public static UnixListener listen(Path socket) {
    try {
      Path before = socket.resolveSibling(socket.getFileName() + "~");
      Files.deleteIfExists(before);
      Fd fd = UnixSockets.bound(before);
      Files.setPosixFilePermissions(before, PosixFilePermissions.fromString("rw-------"));
      Native.must("listen on " + socket, Syscall.LISTEN, fd.number(), BACKLOG, 0);
      fd.blocking(false);
      Files.move(before, socket, StandardCopyOption.ATOMIC_MOVE);
      return new UnixListener(fd);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket, e);
    }
  }

  /** Goes on with a socket that listened before {@link Reexec}. */
  public static UnixListener goOn(int number) {
    return new UnixListener(new Fd(number));
  }

  /** Goes on with a connection from before {@link Reexec}; it pauses with this listener. */
  public RpcConnection goOnWith(int number) {
    return new UnixConnection(new Fd(number), stop);
  }

  /** The descriptor, for {@link Reexec}. */
  public int number() {
    return fd.number();
  }

  @Override
  public Optional<RpcConnection> accept() throws IOException {
    while (true) {
      boolean asked = stop.await(fd);
      if (!open) throw new ClosedChannelException(); // also when it was closed while it paused
      if (!asked) return Optional.empty();
      long peer = Native.call(Syscall.ACCEPT4, fd.number(), 0, 0, Fd.O_CLOEXEC, 0, 0);
      if (peer == -Errno.EAGAIN || peer == -Errno.ECONNABORTED || peer == -Errno.EINTR) continue;
      if (peer < 0) throw new IOException("accept: " + Errno.describe((int) -peer));
      var connection = new Fd((int) peer);
      if (allowed(connection)) return Optional.of(new UnixConnection(connection, stop));
      connection.close();
    }
  }

  private static boolean allowed(Fd connection) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment credentials = arena.allocate(12, 4); // struct ucred {pid, uid, gid}
      MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, 12);
      Native.must(
          "getsockopt SO_PEERCRED",
          Syscall.GETSOCKOPT,
          connection.number(),
          SOL_SOCKET,
          SO_PEERCRED,
          credentials.address(),
          size.address(),
          0);
      return credentials.get(ValueLayout.JAVA_INT, 4) == Native.call(Syscall.GETEUID, 0, 0, 0);
    }
  }

  @Override
  public Thread.Builder threads() {
    return Thread.ofPlatform().daemon().stackSize(256 << 10);
  }

  @Override
  public void pause() {
    stop.set();
  }

  @Override
  public void resume() {
    stop.clear();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Ends the listening; the threads that wait in it may take a moment to see it. */
  @Override
  public void close() {
    open = false;
    Native.call(Syscall.SHUTDOWN, fd.number(), 2, 0);
    fd.close();
  }
}
