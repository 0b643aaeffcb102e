package dev.theca.linux.fuse;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one mount. The last one to end runs the closing act; a loop that breaks runs the
 * breaking act at once, so that nobody waits for an answer that will not come.
 */
final class FuseLoops {

  private final String name;
  private final Runnable onBreak;
  private final Runnable onEnd;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger started = new AtomicInteger();
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  FuseLoops(String name, Runnable onBreak, Runnable onEnd) {
    this.name = name;
    this.onBreak = onBreak;
    this.onEnd = onEnd;
  }

  /** Starts a thread; all but the first are started by one that runs. */
  void start(Runnable loop) {
    running.incrementAndGet();
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("fuse-" + name + "-" + started.getAndIncrement())
            .unstarted(() -> run(loop));
    threads.add(thread);
    try {
      thread.start();
    } catch (Throwable e) {
      left();
      throw e;
    }
  }

  private void run(Runnable loop) {
    try {
      loop.run();
    } catch (RuntimeException | Error e) {
      FuseLog.LOG.log(
          System.Logger.Level.ERROR, "stage=serve mount=" + name + " outcome=broken", e);
      onBreak.run();
    } finally {
      left();
    }
  }

  private void left() {
    if (running.decrementAndGet() > 0) return;
    try {
      onEnd.run();
    } finally {
      ended.countDown();
    }
  }

  /** Waits until the last thread is gone. */
  void await() throws InterruptedException {
    ended.await();
    for (Thread thread : threads) thread.join();
  }

  /** As {@link #await()}; false when the loops still run after {@code atMost}. */
  boolean await(Duration atMost) throws InterruptedException {
    if (!ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) return false;
    await();
    return true;
  }
}
