package dev.theca.linux;

import dev.theca.wire.rpc.RpcConnection;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A connection whose descriptor is known. Reading blocks its thread natively. */
public final class UnixConnection implements RpcConnection {
  /** A message rarely has more, and there is a connection for each container. */
  private static final int PIECE = 4 << 10;

  private static final short POLLOUT = 4;
  private static final Executor MAY_BLOCK =
      work -> Thread.ofPlatform().daemon().name("write").stackSize(256 << 10).start(work);

  private final Fd fd;
  private final Stop stop;
  private final ByteBuffer reading = ByteBuffer.allocateDirect(PIECE);
  private final ByteBuffer writing = ByteBuffer.allocateDirect(PIECE);

  /** The number is given back only when nobody uses it: another file may have it at once. */
  private final ReentrantReadWriteLock uses = new ReentrantReadWriteLock();

  private volatile boolean open = true;

  UnixConnection(Fd fd, Stop stop) {
    this.fd = fd;
    this.stop = stop;
  }

  /** The descriptor, for {@link Reexec}. */
  public int number() {
    return fd.number();
  }

  @Override
  public boolean awaitFrame() throws IOException {
    Lock use = use();
    try {
      return stop.await(fd);
    } finally {
      use.unlock();
    }
  }

  private Lock use() throws IOException {
    Lock use = uses.readLock();
    use.lock();
    if (open) return use;
    use.unlock();
    throw new ClosedChannelException();
  }

  /** Reads no more than {@code into} takes, so that nothing of the next frame is taken along. */
  @Override
  public int read(ByteBuffer into) throws IOException {
    reading.clear().limit(Math.min(PIECE, into.remaining()));
    Lock use = use();
    int n;
    try {
      do {
        n = fd.read(reading);
      } while (n == -Errno.EINTR);
    } finally {
      use.unlock();
    }
    if (n < 0) throw new IOException("read: " + Errno.describe(-n));
    if (n == 0) return -1;
    into.put(reading.flip());
    return n;
  }

  /**
   * Writes a piece; one thread at a time. Where the peer does not read, a virtual thread waits
   * without its carrier: else as many such peers as there are processors would stop everybody.
   */
  @Override
  public int write(ByteBuffer from) throws IOException {
    int size = Math.min(PIECE, from.remaining());
    writing.clear().put(from.slice(from.position(), size)).flip();
    Lock use = use();
    int n;
    try {
      while ((n = fd.send(writing)) == -Errno.EINTR || n == -Errno.EAGAIN)
        if (n == -Errno.EAGAIN) awaitRoom();
    } finally {
      use.unlock();
    }
    if (n < 0) throw new IOException("write: " + Errno.describe(-n));
    from.position(from.position() + n);
    return n;
  }

  private void awaitRoom() {
    if (Thread.currentThread().isVirtual())
      CompletableFuture.runAsync(this::pollForRoom, MAY_BLOCK).join();
    else pollForRoom();
  }

  /** Blocks natively until there is room or the connection has ended. */
  private void pollForRoom() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment poll = arena.allocate(8, 4); // struct pollfd {int fd; short events, revents}
      poll.set(ValueLayout.JAVA_INT, 0, fd.number());
      poll.set(ValueLayout.JAVA_SHORT, 4, POLLOUT);
      long n = Native.call(Syscall.POLL, poll.address(), 1, -1);
      if (n < 0 && n != -Errno.EINTR) throw new LinuxException("poll", (int) -n);
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Ends whatever reads and writes here. */
  @Override
  public void close() {
    if (!open) return;
    open = false;
    Native.call(Syscall.SHUTDOWN, fd.number(), 2, 0);
    uses.writeLock().lock();
    try {
      fd.close();
    } finally {
      uses.writeLock().unlock();
    }
  }
}
