package dev.theca.linux;

import dev.theca.wire.rpc.RpcConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A connection whose descriptor is known. Reading blocks its thread natively; writing to a peer
 * that does not read blocks a thread of its own, so that no virtual thread holds its carrier.
 */
public final class UnixConnection implements RpcConnection {
  /** A message rarely has more, and there is a connection for each container. */
  private static final int PIECE = 4 << 10;

  private static final int DONTWAIT = 0x40; // MSG_DONTWAIT of send(2)
  private static final int NOSIGNAL = 0x4000;

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

  /** Writes a piece; one thread at a time. */
  @Override
  public int write(ByteBuffer from) throws IOException {
    int size = Math.min(PIECE, from.remaining());
    writing.clear().put(from.slice(from.position(), size)).flip();
    Lock use = use();
    int n;
    try {
      n = send(DONTWAIT);
      if (n == -Errno.EAGAIN) n = waiting();
    } finally {
      use.unlock();
    }
    if (n < 0) throw new IOException("write: " + Errno.describe(-n));
    from.position(from.position() + n);
    return n;
  }

  private int send(int flags) {
    long address = Native.direct(writing).address();
    long n;
    do {
      n =
          Native.call(
              Syscall.SENDTO, fd.number(), address, writing.remaining(), flags | NOSIGNAL, 0, 0);
    } while (n == -Errno.EINTR);
    return (int) n;
  }

  private int waiting() {
    if (!Thread.currentThread().isVirtual()) return send(0);
    return CompletableFuture.supplyAsync(
            () -> send(0),
            run -> Thread.ofPlatform().daemon().name("slow-peer").stackSize(128 << 10).start(run))
        .join();
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
