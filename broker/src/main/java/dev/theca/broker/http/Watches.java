package dev.theca.broker.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks after all deadlines of a front with one thread; they end at most one tick late. */
final class Watches implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);

  private final Set<Watch> running = ConcurrentHashMap.newKeySet();
  private final Thread looker;
  private volatile boolean closed;

  Watches(String name) {
    looker = Thread.ofPlatform().daemon().name(name + "-deadlines").start(this::look);
  }

  /** For the calling thread; without deadline as yet. */
  Watch watch() {
    var watch = new Watch(this, Thread.currentThread());
    running.add(watch);
    return watch;
  }

  /** For the calling thread, from now. */
  Watch watch(Duration limit) {
    var watch = watch();
    watch.arm(limit.toNanos());
    return watch;
  }

  void forget(Watch watch) {
    running.remove(watch);
  }

  int size() {
    return running.size();
  }

  private void look() {
    while (!closed) {
      try {
        Thread.sleep(TICK);
      } catch (InterruptedException e) {
        return;
      }
      long now = System.nanoTime();
      for (Watch watch : running) watch.look(now);
    }
  }

  @Override
  public void close() {
    closed = true;
    looker.interrupt();
  }
}
