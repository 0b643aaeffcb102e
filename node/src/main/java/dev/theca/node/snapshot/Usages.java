package dev.theca.node.snapshot;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Counts trees on two threads of its own. Callers who ask for the same tree share one count. A tree
 * that changes is counted for each call, but one that is slow to count no more than a twentieth of
 * the time: containerd asks for all of them every ten seconds.
 */
final class Usages implements AutoCloseable {
  private static final int REST = 20;

  private record Recent(TreeUsage usage, long at, long took) {}

  private final ExecutorService counters =
      Executors.newFixedThreadPool(
          2, Thread.ofPlatform().name("snapshot-usage-", 0).daemon().factory());
  private final Map<Path, CompletableFuture<Recent>> counting = new ConcurrentHashMap<>();
  private final Map<Path, Recent> recent = new ConcurrentHashMap<>();

  /** What never changes any more is counted in full; the caller keeps the figure. */
  TreeUsage fixed(Path root) {
    return count(root).usage();
  }

  TreeUsage changing(Path root) {
    var last = recent.get(root);
    if (last != null && System.nanoTime() - last.at < REST * last.took) return last.usage;
    var now = count(root);
    recent.put(root, now);
    return now.usage;
  }

  /** A tree that was changing is no more, or no longer changing. */
  void forget(Path root) {
    counting.remove(root);
    recent.remove(root);
  }

  private Recent count(Path root) {
    return counting.computeIfAbsent(root, this::begin).join();
  }

  private CompletableFuture<Recent> begin(Path root) {
    var result = new CompletableFuture<Recent>();
    counters.execute(
        () -> {
          long start = System.nanoTime();
          try {
            var usage = TreeUsage.of(root);
            long end = System.nanoTime();
            counting.remove(root, result);
            result.complete(new Recent(usage, end, end - start));
          } catch (RuntimeException e) {
            counting.remove(root, result);
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  @Override
  public void close() {
    counters.shutdownNow();
  }
}
