package dev.theca.image.work;

import dev.theca.image.ImageException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Work on a thread of its own, that its owner stops and waits for: it never outlives him. */
public final class Stage<T> {
  private final Thread thread;
  private volatile @Nullable T result;
  private volatile @Nullable Throwable failure;

  private Stage(String name, Callable<T> work, Runnable after) {
    this.thread =
        Workers.named(name)
            .unstarted(
                () -> {
                  try {
                    result = work.call();
                  } catch (Throwable t) {
                    failure = t;
                  } finally {
                    after.run();
                  }
                });
  }

  /** Begins work; {@code after} is told when it is over, in whatever way. */
  public static <T> Stage<T> start(String name, Callable<T> work, Runnable after) {
    var stage = new Stage<>(name, work, after);
    stage.thread.start();
    return stage;
  }

  /** Interrupts it; {@link #join} says when it is over. */
  public void stop() {
    thread.interrupt();
  }

  /** Waits, whatever happens. */
  public void join() {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  /** Waits for the result; a failure of the work is thrown as it was. */
  public T result() throws InterruptedException {
    thread.join();
    Throwable why = failure;
    if (why instanceof RuntimeException e) throw e;
    if (why instanceof Error e) throw e;
    if (why instanceof InterruptedException e) throw e;
    if (why != null) throw new ImageException(why.getMessage() + "", why);
    T value = result;
    if (value == null) throw new IllegalStateException("a stage without a result");
    return value;
  }
}
