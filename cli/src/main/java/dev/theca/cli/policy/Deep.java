package dev.theca.cli.policy;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Runs a command on a stack of its own: policies of the user's own may need one another more deeply
 * than a usual stack allows. The memory is taken only as it is needed.
 */
final class Deep {
  private static final long STACK_BYTES = 1L << 30;

  private Deep() {}

  static int call(Callable<Integer> command) {
    var done = new CompletableFuture<Integer>();
    var thread = new Thread(null, () -> run(command, done), "policy", STACK_BYTES);
    thread.start();
    try {
      return done.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void run(Callable<Integer> command, CompletableFuture<Integer> done) {
    try {
      done.complete(command.call());
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
  }
}
