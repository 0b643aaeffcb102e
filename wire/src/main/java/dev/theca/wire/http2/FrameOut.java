package dev.theca.wire.http2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes frames, one thread at a time, and no more data than the peer's windows allow (RFC 9113
 * §5.2). The reader of the same connection tells it what the peer grants.
 */
public final class FrameOut {
  private static final long MAX_WINDOW = Integer.MAX_VALUE;
  public static final int USUAL_WINDOW = 65_535;

  /** A stream's part of it. */
  public static final class Stream {
    private final int id;
    private long window;
    private boolean cancelled;

    public Stream(int id, long window) {
      this.id = id;
      this.window = window;
    }

    public int id() {
      return id;
    }
  }

  private final WritableByteChannel out;
  private final Runnable whenBlocked;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Stream> waiting = new ArrayList<>(); // guarded by the lock
  private volatile int blocked;
  private long window;
  private int initialWindow;
  private boolean ended;

  /** A new connection; {@code whenBlocked} runs when data begins to wait for a window. */
  public FrameOut(WritableByteChannel out, Runnable whenBlocked) {
    this(out, whenBlocked, USUAL_WINDOW, USUAL_WINDOW);
  }

  /** A connection that another has used before. */
  public FrameOut(WritableByteChannel out, Runnable whenBlocked, long window, int initialWindow) {
    this.out = out;
    this.whenBlocked = whenBlocked;
    this.window = window;
    this.initialWindow = initialWindow;
  }

  /**
   * How many writers wait for something that the peer has not granted: those to whom it came a
   * moment ago do not count any more. Takes no lock.
   */
  public int blocked() {
    return blocked;
  }

  private void count() {
    blocked = (int) waiting.stream().filter(this::lacks).count();
  }

  private boolean lacks(Stream stream) {
    return !ended && !stream.cancelled && (window <= 0 || stream.window <= 0);
  }

  public Stream open(int id) {
    lock.lock();
    try {
      return new Stream(id, initialWindow);
    } finally {
      lock.unlock();
    }
  }

  /** Writes what {@link Frames} has made. */
  public void write(byte[] frames) throws IOException {
    lock.lock();
    try {
      if (ended) throw new ClosedChannelException();
      transfer(ByteBuffer.wrap(frames));
    } finally {
      lock.unlock();
    }
  }

  /** Writes a last word, unless somebody is at it whom the peer lets wait. */
  public void farewell(byte[] frames) throws IOException {
    if (!lock.tryLock()) return;
    try {
      if (!ended) transfer(ByteBuffer.wrap(frames));
      ended = true;
      granted();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes {@code before}, then the data in frames as the windows allow, then {@code after}. False
   * when the stream was cancelled meanwhile.
   */
  public boolean data(Stream stream, byte[] before, byte[] data, boolean last, byte[] after)
      throws IOException {
    var pending = new ByteArrayOutputStream(before.length + data.length + after.length + 64);
    pending.writeBytes(before);
    lock.lock();
    try {
      int at = 0;
      while (at < data.length) {
        int size = room(stream, data.length - at);
        if (size == 0) {
          flush(pending);
          if (!await(stream)) return false;
          continue;
        }
        boolean end = last && at + size == data.length;
        pending.writeBytes(Frames.head(Frame.DATA, end ? Frame.END_STREAM : 0, stream.id, size));
        pending.write(data, at, size);
        at += size;
        window -= size;
        stream.window -= size;
      }
      if (stream.cancelled) return false;
      pending.writeBytes(after);
      flush(pending);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private int room(Stream stream, int wanted) {
    if (stream.cancelled) return 0;
    long most = Math.min(Math.min(window, stream.window), Frame.MAX_PAYLOAD);
    return (int) Math.max(0, Math.min(most, wanted));
  }

  private boolean await(Stream stream) throws IOException {
    waiting.add(stream);
    try {
      while (lacks(stream)) { // another writer may have taken what was granted
        count();
        whenBlocked.run();
        changed.awaitUninterruptibly();
      }
    } finally {
      waiting.remove(stream);
      count();
    }
    if (ended) throw new ClosedChannelException();
    return !stream.cancelled;
  }

  private void granted() {
    count();
    changed.signalAll();
  }

  private void flush(ByteArrayOutputStream pending) throws IOException {
    if (ended) throw new ClosedChannelException();
    transfer(ByteBuffer.wrap(pending.toByteArray()));
    pending.reset();
  }

  private void transfer(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int unused = out.write(bytes);
    }
  }

  /** The peer grants more for the whole connection. */
  public void credit(int bytes) throws Http2Exception {
    lock.lock();
    try {
      window += bytes;
      if (window > MAX_WINDOW)
        throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "the window exceeds 2^31-1");
      granted();
    } finally {
      lock.unlock();
    }
  }

  /** The peer grants more for a stream; false when that is more than may be. */
  public boolean credit(Stream stream, int bytes) {
    lock.lock();
    try {
      if (stream.window + bytes > MAX_WINDOW) return false;
      stream.window += bytes;
      granted();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The peer grants another window to new streams, and the difference to these (§6.9.2). */
  public void initialWindow(int bytes, Collection<Stream> open) throws Http2Exception {
    lock.lock();
    try {
      for (Stream stream : open) {
        stream.window += bytes - initialWindow;
        if (stream.window > MAX_WINDOW)
          throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "a window exceeds 2^31-1");
      }
      initialWindow = bytes;
      granted();
    } finally {
      lock.unlock();
    }
  }

  /** The peer wants nothing more of this stream. */
  public void cancel(Stream stream) {
    lock.lock();
    try {
      stream.cancelled = true;
      granted();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is written any more; whoever waits for a window fails. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      granted();
    } finally {
      lock.unlock();
    }
  }

  public long window() {
    lock.lock();
    try {
      return window;
    } finally {
      lock.unlock();
    }
  }

  public int initialWindow() {
    lock.lock();
    try {
      return initialWindow;
    } finally {
      lock.unlock();
    }
  }

  public long window(Stream stream) {
    lock.lock();
    try {
      return stream.window;
    } finally {
      lock.unlock();
    }
  }
}
