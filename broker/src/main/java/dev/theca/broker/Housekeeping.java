package dev.theca.broker;

import dev.theca.broker.audit.SinkFeed;
import dev.theca.broker.store.Leader;
import dev.theca.broker.store.StoreDown;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What is done now and then: by every replica for itself, by the leader for all. A task that fails
 * is said once in the log and tried again at the next turn.
 */
final class Housekeeping implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.broker");
  private static final Duration TURN = Duration.ofSeconds(20);

  /** A task with its name for the log. */
  record Task(String name, Doing doing) {}

  /** Does it as of an instant. */
  @FunctionalInterface
  interface Doing {
    void at(Instant now) throws IOException;
  }

  private final Leader leader;
  private final List<Task> own;
  private final List<Task> forAll;
  private final java.time.InstantSource clock;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private Housekeeping(
      Leader leader, List<Task> own, List<Task> forAll, java.time.InstantSource clock) {
    this.leader = leader;
    this.own = List.copyOf(own);
    this.forAll = List.copyOf(forAll);
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("housekeeping").unstarted(this::run);
  }

  static Housekeeping start(
      Leader leader, List<Task> own, List<Task> forAll, java.time.InstantSource clock) {
    var keeping = new Housekeeping(leader, own, forAll, clock);
    keeping.thread.start();
    return keeping;
  }

  /** Feeds a sink until it has everything that is there now. */
  static Task feed(String name, SinkFeed feed) {
    return new Task(
        "audit-" + name,
        now -> {
          while (feed.step(now) > 0) {
            // the next page
          }
        });
  }

  private void run() {
    try {
      while (!stop.await(TURN.toMillis(), TimeUnit.MILLISECONDS)) turn();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void turn() {
    own.forEach(this::attempt);
    if (forAll.isEmpty()) return;
    attempt(
        new Task(
            "lead",
            now -> {
              boolean unused = leader.run(() -> forAll.forEach(this::attempt));
            }));
  }

  private void attempt(Task task) {
    try {
      task.doing().at(clock.instant());
    } catch (StoreDown e) {
      LOG.log(System.Logger.Level.WARNING, "stage={0} outcome=store-down", task.name());
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "stage=" + task.name() + " outcome=fault reason=\"" + e + "\"");
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(Duration.ofSeconds(10));
      leader.resign();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StoreDown e) {
      LOG.log(System.Logger.Level.WARNING, "stage=resign outcome=store-down");
    }
  }
}
