package dev.theca.node.io;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Small platform threads for native calls that block: on a virtual thread they would hold its
 * carrier.
 */
public final class OwnThread {
  private static final int STACK_BYTES = 128 << 10;

  private OwnThread() {}

  /** Runs on a thread of its own, and does not wait for it. */
  public static void start(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).stackSize(STACK_BYTES).start(work);
  }

  /** Runs on a thread of its own and waits for the result. */
  public static <T> T call(String name, Supplier<T> work) {
    var result = new CompletableFuture<T>();
    start(
        name,
        () -> {
          try {
            result.complete(work.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) throw fault;
      throw new IllegalStateException(name + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
  }
}
