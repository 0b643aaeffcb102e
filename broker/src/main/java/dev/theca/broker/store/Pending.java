package dev.theca.broker.store;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A work that waits for its commit, and the thread that waits for the work. */
final class Pending<T> {
  private final Work<T> work;
  private final CompletableFuture<T> outcome = new CompletableFuture<>();
  private final AtomicBoolean claimed = new AtomicBoolean();
  private Runnable deliver = () -> {};

  Pending(Work<T> work) {
    this.work = work;
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

  /** The result once it is committed, or what went wrong, before the given nano time. */
  T await(long endNanos) throws InterruptedException {
    try {
      return outcome.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException fault -> throw fault;
        case Error error -> throw error;
        case null, default -> throw new StoreFault("the work failed", e);
      }
    } catch (TimeoutException e) {
      throw gaveUp("the database did not answer in time");
    } catch (InterruptedException e) {
      // Marks the work as one that nobody waits for; the caller says that it was interrupted.
      outcome.completeExceptionally(e);
      throw e;
    }
  }

  private StoreDown gaveUp(String why) {
    var down = new StoreDown(claim() ? why : why + "; the outcome of the write is unknown");
    outcome.completeExceptionally(down);
    return down;
  }
}
