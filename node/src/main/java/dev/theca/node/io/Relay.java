package dev.theca.node.io;

import dev.theca.linux.Epoll;
import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Copies from one descriptor to another on a small thread of its own, until the source ends or the
 * relay is stopped. Neither end may block: whoever waits for one also waits for the stop.
 */
final class Relay {
  private static final int CHUNK = 32 << 10;
  private static final int SOURCE = 0;
  private static final int TARGET = 1;
  private static final int STOP = 2;

  private final Fd from;
  private final Fd to;
  private final Fd stopReading;
  private final Fd stopWriting;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile byte[] ahead = {};
  private volatile boolean stopped;

  private Relay(Fd from, Fd to) {
    this.from = from;
    this.to = to;
    Fd[] pipe = Fd.pipe();
    stopReading = pipe[0];
    stopWriting = pipe[1];
  }

  /**
   * Starts copying, first what was read before; {@code ended} runs on the relay's thread when it
   * has stopped for good.
   */
  static Relay start(String name, Fd from, Fd to, byte[] ahead, Runnable ended) {
    var relay = new Relay(from, to);
    relay.ahead = ahead;
    OwnThread.start(
        name,
        () -> {
          try (relay.stopReading) {
            relay.run();
          } finally {
            relay.stop();
            ended.run();
            relay.done.countDown();
          }
        });
    return relay;
  }

  private void run() {
    var buffer = ByteBuffer.allocateDirect(CHUNK);
    byte[] first = ahead;
    ahead = new byte[0];
    if (!write(buffer.put(first).flip())) return;
    boolean waits = !from.isFile(); // epoll takes no files
    try (var epoll = new Epoll()) {
      epoll.add(stopReading, Epoll.IN, STOP);
      if (waits) epoll.add(from, Epoll.IN, SOURCE);
      while (!waits || wait(epoll)) {
        int n = from.read(buffer.clear());
        if (n == -Errno.EAGAIN || n == -Errno.EINTR) continue;
        if (n <= 0 || !write(buffer.flip())) return;
      }
    }
  }

  private boolean write(ByteBuffer buffer) {
    while (buffer.hasRemaining()) {
      int n = to.write(buffer);
      if (n == -Errno.EAGAIN) {
        try (var epoll = new Epoll()) {
          epoll.add(stopReading, Epoll.IN, STOP);
          epoll.add(to, Epoll.OUT, TARGET);
          if (!wait(epoll)) {
            ahead = new byte[buffer.remaining()];
            buffer.get(ahead);
            return false;
          }
        }
      } else if (n < 0 && n != -Errno.EINTR) {
        return false;
      }
    }
    return true;
  }

  /** Whether it was stopped, and did not come to the source's end. */
  boolean wasStopped() {
    return stopped;
  }

  /** Waits for work; false when the relay is to stop. */
  private boolean wait(Epoll epoll) {
    boolean[] stop = {false};
    epoll.await(-1, (token, events) -> stop[0] |= token == STOP);
    stopped |= stop[0];
    return !stop[0];
  }

  /** What was read and not passed on when it was stopped; after its end. */
  byte[] ahead() {
    return ahead;
  }

  /** Lets it end, whatever is left. */
  void stop() {
    stopWriting.close();
  }

  /** Whether it has ended within the limit. */
  boolean await(Duration limit) {
    try {
      return done.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
