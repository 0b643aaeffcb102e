package dev.theca.broker.store;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A work that waits for its commit, and the thread that waits for the work. The thread waits
 * without a clock of its own: whoever holds the work calls {@link #look}, since a timer for each
 * write costs more than the rest of the waiting.
 */
final class Pending<T> {
  private final Work<T> work;
  private final long endNanos;
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final AtomicBoolean claimed = new AtomicBoolean();
  private Runnable deliver = () -> {};

  /**
   * @param endNanos until when it is waited for, as {@link System#nanoTime}
   */
  Pending(Work<T> work, long endNanos) {
    this.work = work;
    this.endNanos = endNanos;
  }

  /** True once, for the writer or for the caller who gives up: who has it decides. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Runs the work; its result is kept until the commit. */
  void run(JdbcSql sql) throws SQLException {
    T result = sql.lend(work);
    deliver = () -> outcome.complete(result);
  }

  /** What the last run made was committed. */
  void committed() {
    deliver.run();
  }

  void fail(Throwable why) {
    outcome.completeExceptionally(why);
  }

  /** Whether nobody waits any more. */
  boolean isDone() {
    return outcome.isDone();
  }

  /** Ends the wait when its time is over; a work that has not begun is never run then. */
  void look(long nowNanos) {
    if (isDone() || nowNanos - endNanos < 0) return;
    String why = "the database did not answer in time";
    fail(new StoreDown(claim() ? why : why + "; the outcome of the write is unknown"));
  }

  /** The result once it is committed, or what went wrong. */
  T await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error error -> throw error;
        case null, default -> throw new StoreFault("the work failed", e);
      }
    } catch (InterruptedException e) {
      // Marks the work as one that nobody waits for; the caller says that it was interrupted.
      outcome.completeExceptionally(e);
      throw e;
    }
  }
}
