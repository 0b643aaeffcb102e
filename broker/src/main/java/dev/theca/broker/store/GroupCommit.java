package dev.theca.broker.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that writes for all: what was asked for while a commit was under way shares the next
 * one, and with it the wait for the disk. A platform thread, since SQLite is native code that would
 * hold a virtual thread's carrier. A second thread looks now and then whether anybody has waited
 * too long, at most one look late.
 */
final class GroupCommit implements AutoCloseable {
  private static final int QUEUE_WORKS = 4096;
  private static final int BATCH_WORKS = 64;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration GATHER = Duration.ofNanos(200_000);
  private static final int CROWD = 5;

  private final BlockingQueue<Pending<?>> queue = new ArrayBlockingQueue<>(QUEUE_WORKS);
  private final Pending<Boolean> end =
      new Pending<>(sql -> true, System.nanoTime() + Long.MAX_VALUE / 2);
  private final Committer committer;
  private final Duration patience;
  private final Thread thread;
  private final Thread looker;
  private volatile boolean closed;

  /** Nobody takes from the queue any more. */
  private volatile boolean ended;

  /** What the writer has taken and not answered. */
  private volatile List<Pending<?>> running = List.of();

  GroupCommit(Committer committer, Duration patience) {
    this.committer = committer;
    this.patience = patience;
    this.thread = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::serve);
    this.looker = Thread.ofPlatform().name("store-patience").daemon().unstarted(this::look);
  }

  GroupCommit start() {
    thread.start();
    looker.start();
    return this;
  }

  <T> T write(Work<T> work) {
    if (Thread.currentThread().equals(thread)) {
      throw new IllegalStateException("a work asked for a write: it has its Sql for that");
    }
    if (closed) throw new StoreDown("the database is closed");
    var pending = new Pending<>(work, System.nanoTime() + patience.toNanos());
    try {
      if (!queue.offer(pending, patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new StoreDown("more than " + QUEUE_WORKS + " writes wait for the database");
      }
      if (ended) pending.fail(new StoreDown("the database is closed"));
      return pending.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreDown("interrupted; the outcome of the write is unknown", e);
    }
  }

  private void serve() {
    boolean last = false;
    int before = 0;
    while (!last) {
      var batch = new ArrayList<Pending<?>>();
      gather(before);
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        continue; // nobody has this thread to interrupt it
      }
      int unused = queue.drainTo(batch, BATCH_WORKS - 1);
      last = batch.remove(end);
      before = batch.size();
      running = List.copyOf(batch);
      run(batch);
      running = List.of();
    }
    ended = true; // from here on whoever asks sees it, or is seen here
    for (Pending<?> late : queue) late.fail(new StoreDown("the database is closed"));
  }

  /**
   * Waits a little where many write at once: those who were just answered ask again soon, and a
   * commit costs the disk, a signature and the ends of tables however many share it. Who writes
   * alone never waits.
   */
  private void gather(int before) {
    if (before >= CROWD && queue.size() < before) LockSupport.parkNanos(GATHER.toNanos());
  }

  private void run(List<Pending<?>> batch) {
    batch.removeIf(work -> !work.claim());
    if (batch.isEmpty()) return;
    try {
      committer.run(List.copyOf(batch));
    } catch (RuntimeException | Error e) {
      // The writer outlives every fault: without it no later write would ever be answered.
      for (Pending<?> work : batch) work.fail(e);
    }
  }

  private void look() {
    while (!ended) {
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        continue; // as above; it ends with the writer
      }
      long now = System.nanoTime();
      for (Pending<?> work : running) work.look(now);
      for (Pending<?> work : queue) work.look(now);
    }
  }

  /** Ends after the works that were asked for before. */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    try {
      if (queue.offer(end, patience.toNanos(), TimeUnit.NANOSECONDS)) {
        boolean unused = thread.join(patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
