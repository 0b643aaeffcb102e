package dev.theca.registry.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Brings a file to the disk while more of it arrives, so that the fsync(2) at its end has little
 * left to wait for. A fault is thrown at the end: Linux tells one to one descriptor only.
 */
final class Writeback implements AutoCloseable {
  private static final long STEP_BYTES = 32 << 20;

  private final FileChannel file;
  private CompletableFuture<Boolean> running = CompletableFuture.completedFuture(true);
  private long waiting;

  Writeback(FileChannel file) {
    this.file = file;
  }

  void wrote(int bytes) {
    waiting += bytes;
    if (waiting < STEP_BYTES || !running.isDone() || running.isCompletedExceptionally()) return;
    waiting = 0;
    var next = new CompletableFuture<Boolean>();
    running = next;
    Thread.ofVirtual()
        .name("upload-writeback")
        .start(
            () -> {
              try {
                file.force(false);
                next.complete(true);
              } catch (IOException | RuntimeException e) {
                next.completeExceptionally(e);
              }
            });
  }

  @Override
  public void close() throws IOException {
    try {
      boolean unused = running.join();
    } catch (CompletionException e) {
      throw new IOException("an upload cannot be written: " + e.getCause(), e);
    }
  }
}
