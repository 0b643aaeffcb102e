package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A chunk on its way, on a thread of its own, while its owner fills the next one. */
final class Sending {
  private final FutureTask<Outcome<Boolean>> task;
  private final Thread thread;

  private Sending(Callable<Outcome<Boolean>> work) {
    this.task = new FutureTask<>(work);
    this.thread = Thread.ofVirtual().name("upload-chunk").unstarted(task);
  }

  static Sending start(Callable<Outcome<Boolean>> work) {
    var sending = new Sending(work);
    sending.thread.start();
    return sending;
  }

  /** Nothing was sent yet. */
  static Sending nothing() {
    return start(() -> Outcome.granted(true));
  }

  /** Waits for the registry's answer; a fault is thrown as it was. */
  Outcome<Boolean> await() {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while sending a chunk", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) throw fault;
      if (e.getCause() instanceof Error fault) throw fault;
      throw new ImageException("sending a chunk: " + e.getCause(), e);
    } catch (CancellationException e) {
      throw new ImageException("a chunk was given up", e);
    }
  }

  /** Gives the chunk up, and waits until nobody works on it. */
  void stop() {
    boolean unused = task.cancel(true);
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
}
