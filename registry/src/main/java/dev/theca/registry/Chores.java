package dev.theca.registry;

import dev.theca.registry.store.Collector;
import dev.theca.registry.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What a registry does now and then: forgets resting uploads, collects garbage. */
final class Chores implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMinutes(5);

  private final ScheduledExecutorService threads;

  private Chores(ScheduledExecutorService threads) {
    this.threads = threads;
  }

  static Chores start(RegistrySettings settings, Store store) {
    var threads =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("registry-chores").factory());
    var chores = new Chores(threads);
    chores.every(EVERY, "uploads", () -> "removed=" + store.expireUploads(settings.uploadAge()));
    var collect = settings.collect();
    if (!collect.every().isZero())
      chores.every(
          collect.every(),
          "gc",
          () -> Collector.collect(store, collect.grace(), collect.untagged()) + "");
    return chores;
  }

  @FunctionalInterface
  private interface Chore {
    String run() throws IOException;
  }

  private void every(Duration period, String name, Chore chore) {
    var unused =
        threads.scheduleWithFixedDelay(
            () -> run(name, chore), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A fault is logged; the next time may be better. */
  private static void run(String name, Chore chore) {
    try {
      System.err.println("stage=" + name + " outcome=done " + chore.run());
    } catch (IOException | RuntimeException e) {
      System.err.println("stage=" + name + " outcome=fault reason=\"" + e + "\"");
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
