package dev.theca.broker.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Many callers at once. */
final class Crowd {
  private Crowd() {}

  /** What each caller got: a result, or the exception in its place. */
  static <T> List<Object> outcomes(List<Callable<T>> callers) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return outcomesOf(threads.invokeAll(callers));
    }
  }

  /** Has the works wait until the writer can take all of them into one transaction. */
  static List<Object> together(Database database, List<Work<?>> works) throws Exception {
    var started = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> database.write(sql -> hold(started, go)));
      started.await();
      var callers = new ArrayList<Future<?>>();
      for (Work<?> work : works) {
        var caller = new FutureTask<Object>(() -> database.write(work));
        awaitQueued(Thread.startVirtualThread(caller)); // so they are in this order
        callers.add(caller);
      }
      go.countDown();
      var outcomes = outcomesOf(callers);
      var unused = outcomesOf(List.of(first));
      return outcomes;
    }
  }

  /** Until this thread has asked for its write and waits for the answer. */
  static void awaitQueued(Thread caller) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (Arrays.stream(caller.getStackTrace())
        .noneMatch(frame -> frame.getClassName().equals(Pending.class.getName()))) {
      if (System.nanoTime() > end) throw new AssertionError("a caller is " + caller.getState());
      Thread.sleep(1);
    }
  }

  private static boolean hold(CountDownLatch started, CountDownLatch go) {
    started.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return true;
  }

  private static List<Object> outcomesOf(List<? extends Future<?>> futures) throws Exception {
    var outcomes = new ArrayList<Object>();
    for (var future : futures) {
      try {
        outcomes.add(future.get());
      } catch (ExecutionException e) {
        outcomes.add(e.getCause());
      }
    }
    return outcomes;
  }
}
