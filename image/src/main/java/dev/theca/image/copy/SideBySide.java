package dev.theca.image.copy;

import dev.theca.image.ImageException;
import dev.theca.image.work.Workers;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Runs tasks side by side, a bounded number at once, and keeps the order of their answers. The
 * first refusal or fault interrupts the others; nobody outlives the call.
 */
final class SideBySide {
  /** Something that answers. */
  interface Task<T> {
    Outcome<T> run();
  }

  private record Answer<T>(int index, Outcome<T> outcome) {}

  private SideBySide() {}

  static <T> Outcome<List<T>> run(List<Task<T>> tasks, int atOnce) {
    var slots = new Semaphore(atOnce);
    var values = new TreeMap<Integer, T>();
    try (var threads = Executors.newThreadPerTaskExecutor(Workers.named("blob").factory())) {
      var done = new ExecutorCompletionService<Answer<T>>(threads);
      var futures = new ArrayList<Future<Answer<T>>>();
      for (int i = 0; i < tasks.size(); i++) {
        int index = i;
        futures.add(
            done.submit(
                () -> {
                  slots.acquire();
                  try {
                    return new Answer<>(index, tasks.get(index).run());
                  } finally {
                    slots.release();
                  }
                }));
      }
      try {
        for (int i = 0; i < tasks.size(); i++) {
          var answer = done.take().get();
          if (answer.outcome() instanceof Outcome.Refused<T> no) return no.as();
          values.put(answer.index(), answer.outcome().orThrow());
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException fault) throw fault;
        throw new ImageException("copying: " + e.getCause(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ImageException("interrupted while copying", e);
      } finally {
        futures.forEach(future -> future.cancel(true));
      }
    }
    return Outcome.granted(List.copyOf(values.values()));
  }
}
