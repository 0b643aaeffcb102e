package dev.theca.broker.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One thread that writes for all: what was asked for while a commit was under way shares the next
 * one, and with it the wait for the disk. A platform thread, since SQLite is native code that would
 * hold a virtual thread's carrier.
 */
final class GroupCommit implements AutoCloseable {
  private static final int QUEUE_WORKS = 4096;
  private static final int BATCH_WORKS = 64;

  private final BlockingQueue<Pending<?>> queue = new ArrayBlockingQueue<>(QUEUE_WORKS);
  private final Pending<Boolean> end = new Pending<>(sql -> true);
  private final Committer committer;
  private final Duration patience;
  private final Thread thread;
  private volatile boolean closed;

  GroupCommit(Committer committer, Duration patience) {
    this.committer = committer;
    this.patience = patience;
    this.thread = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::serve);
  }

  GroupCommit start() {
    thread.start();
    return this;
  }

  <T> T write(Work<T> work) {
    if (Thread.currentThread().equals(thread)) {
      throw new IllegalStateException("a work asked for a write: it has its Sql for that");
    }
    if (closed) throw new StoreDown("the database is closed");
    long endNanos = System.nanoTime() + patience.toNanos();
    var pending = new Pending<>(work);
    try {
      if (!queue.offer(pending, patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new StoreDown("more than " + QUEUE_WORKS + " writes wait for the database");
      }
      return pending.await(endNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreDown("interrupted; the outcome of the write is unknown", e);
    }
  }

  private void serve() {
    var batch = new ArrayList<Pending<?>>();
    boolean last = false;
    while (!last) {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        continue; // nobody has this thread to interrupt it
      }
      int unused = queue.drainTo(batch, BATCH_WORKS - 1);
      last = batch.remove(end);
      run(batch);
    }
    for (Pending<?> late : queue) late.fail(new StoreDown("the database is closed"));
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
