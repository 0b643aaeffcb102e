package dev.theca.image.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A body that the JDK's client brings. A handful of buffers is kept, no more. */
final class IdleBody extends Body implements HttpResponse.BodySubscriber<InputStream> {
  private static final int WINDOW = 8;
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private sealed interface Event {
    record Bytes(List<ByteBuffer> buffers) implements Event {}

    record End(@Nullable Throwable fault) implements Event {}
  }

  private final Timeouts limits;
  // WINDOW lists that were asked for, and the end
  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(WINDOW + 2);
  private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
  private final ArrayDeque<ByteBuffer> ready = new ArrayDeque<>();
  private volatile long deadlineNanos = Long.MAX_VALUE;
  private volatile boolean closed;
  private long waitedNanos;
  private long minuteBytes;
  private boolean ended;

  IdleBody(Timeouts limits) {
    this.limits = limits;
  }

  static IdleBody empty(Timeouts limits) {
    var body = new IdleBody(limits);
    body.ended = true;
    return body;
  }

  @Override
  void within(java.time.Duration limit) {
    deadlineNanos = System.nanoTime() + limit.toNanos();
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (closed || !subscription.compareAndSet(null, given)) given.cancel();
    else given.request(WINDOW);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    boolean unused = events.offer(new Event.Bytes(buffers));
  }

  @Override
  public void onError(Throwable fault) {
    boolean unused = events.offer(new Event.End(fault));
  }

  @Override
  public void onComplete() {
    boolean unused = events.offer(new Event.End(null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) return 0;
    while (ready.isEmpty()) if (!next()) return -1;
    ByteBuffer buffer = ready.getFirst();
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, from, count);
    if (!buffer.hasRemaining()) ready.removeFirst();
    return count;
  }

  private boolean next() throws IOException {
    if (closed) throw new IOException("the stream was closed");
    if (ended) return false;
    switch (await()) {
      case Event.End(var fault) -> {
        ended = true;
        if (fault != null)
          throw new IOException("the body broke off: " + fault.getMessage(), fault);
        return false;
      }
      case Event.Bytes(var buffers) -> {
        for (ByteBuffer buffer : buffers) {
          minuteBytes += buffer.remaining();
          if (buffer.hasRemaining()) ready.add(buffer);
        }
        var from = subscription.get();
        if (from != null) from.request(1);
        return true;
      }
    }
  }

  private Event await() throws IOException {
    var event = events.poll();
    if (event != null) return event;
    long start = System.nanoTime();
    long wait = limits.idle().toNanos();
    if (deadlineNanos != Long.MAX_VALUE) wait = Math.min(wait, deadlineNanos - start);
    try {
      event = events.poll(Math.max(wait, 0), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(new java.io.InterruptedIOException("interrupted while reading a body"));
    }
    if (event == null) throw fail(new HttpTimeoutException("no byte came for " + limits.idle()));
    waitedNanos += System.nanoTime() - start;
    if (waitedNanos > MINUTE_NANOS) {
      if (minuteBytes < limits.leastBytesPerMinute())
        throw fail(new HttpTimeoutException("only " + minuteBytes + " bytes came in a minute"));
      waitedNanos = 0;
      minuteBytes = 0;
    }
    return event;
  }

  private IOException fail(IOException fault) {
    close();
    return fault;
  }

  @Override
  public void close() {
    closed = true;
    var from = subscription.get();
    if (from != null) from.cancel();
  }
}
