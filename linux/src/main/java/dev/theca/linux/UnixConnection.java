package dev.theca.linux;

import dev.theca.wire.ttrpc.TtrpcConnection;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection whose descriptor is known. Reading blocks its thread natively. */
public final class UnixConnection implements TtrpcConnection {
  /** A message rarely has more, and there is a connection for each container. */
  private static final int PIECE = 4 << 10;

  private final Fd fd;
  private final Stop stop;
  private final ByteBuffer reading = ByteBuffer.allocateDirect(PIECE);
  private final ByteBuffer writing = ByteBuffer.allocateDirect(PIECE);
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
  public boolean awaitFrame() {
    return stop.await(fd);
  }

  /** Reads no more than {@code into} takes, so that nothing of the next frame is taken along. */
  @Override
  public int read(ByteBuffer into) throws IOException {
    reading.clear().limit(Math.min(PIECE, into.remaining()));
    int n;
    do {
      n = fd.read(reading);
    } while (n == -Errno.EINTR);
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
    int n;
    do {
      n = fd.write(writing);
    } while (n == -Errno.EINTR);
    if (n < 0) throw new IOException("write: " + Errno.describe(-n));
    from.position(from.position() + n);
    return n;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
    Native.call(Syscall.SHUTDOWN, fd.number(), 2, 0);
    fd.close();
  }
}
