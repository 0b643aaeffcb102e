package dev.theca.wire.http2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final AtomicInteger blocked = new AtomicInteger();
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

  /** How many writers wait for a window. */
  public int blocked() {
    return blocked.get();
  }

  public Stream open(int id) {
    lock.lock();
    try {
      return new Stream(id, initialWindow);
    } finally {
      lock.unlock();
    }
  }

  /** Writes what {@link #frame} and its like have made. */
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
      changed.signalAll();
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
        pending.writeBytes(head(Frame.DATA, end ? Frame.END_STREAM : 0, stream.id, size));
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
    blocked.incrementAndGet();
    try {
      whenBlocked.run();
      while (!ended && !stream.cancelled && (window <= 0 || stream.window <= 0))
        changed.awaitUninterruptibly();
    } finally {
      blocked.decrementAndGet();
    }
    if (ended) throw new ClosedChannelException();
    return !stream.cancelled;
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
      changed.signalAll();
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
      changed.signalAll();
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
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The peer wants nothing more of this stream. */
  public void cancel(Stream stream) {
    lock.lock();
    try {
      stream.cancelled = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is written any more; whoever waits for a window fails. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
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

  private static byte[] head(int type, int flags, int stream, int size) {
    return ByteBuffer.allocate(Frame.HEAD)
        .put((byte) (size >> 16))
        .putShort((short) size)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .array();
  }

  /** A frame as bytes. */
  public static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(Frame.HEAD + payload.length)
        .put(head(type, flags, stream, payload.length))
        .put(payload)
        .array();
  }

  /** A whole header block; one that is longer than a frame may be goes on in others. */
  public static byte[] headers(int stream, byte[] block, boolean last) {
    var all = new ByteArrayOutputStream(block.length + Frame.HEAD);
    int at = 0;
    do {
      int size = Math.min(Frame.MAX_PAYLOAD, block.length - at);
      int flags = at + size == block.length ? Frame.END_HEADERS : 0;
      if (at == 0 && last) flags |= Frame.END_STREAM;
      all.writeBytes(head(at == 0 ? Frame.HEADERS : Frame.CONTINUATION, flags, stream, size));
      all.write(block, at, size);
      at += size;
    } while (at < block.length);
    return all.toByteArray();
  }

  /** A frame with one number: a window's growth, or why a stream ends. */
  public static byte[] number(int type, int stream, int number) {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
  }

  public static byte[] goAway(int last, ErrorCode code, String words) {
    byte[] text = words.getBytes(StandardCharsets.UTF_8);
    var payload = ByteBuffer.allocate(8 + text.length);
    payload.putInt(last).putInt(code.ordinal()).put(text);
    return frame(Frame.GOAWAY, 0, 0, payload.array());
  }
}
