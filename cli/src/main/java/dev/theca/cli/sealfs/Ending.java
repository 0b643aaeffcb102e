package dev.theca.cli.sealfs;

import dev.theca.sealfs.SealMount;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * When a mount ends: somebody unmounted it, or the process was asked to end (SIGTERM, SIGINT). Then
 * the process waits until all is written, and its exit code is ours and not the signal's.
 */
final class Ending {
  private static final long SECONDS = 60;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private final AtomicInteger code = new AtomicInteger();
  private final Thread hook = new Thread(this::asked, "end");

  Ending() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void asked() {
    if (done.getCount() == 0) return;
    stop.countDown();
    try {
      if (!done.await(SECONDS, TimeUnit.SECONDS)) {
        System.err.println("stage=unmount outcome=timeout");
        code.set(1);
      }
      Runtime.getRuntime().halt(code.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the mount is gone or has to go. */
  void await(SealMount mount) {
    var watch =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    mount.awaitUnmount();
                    stop.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    try {
      stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    watch.interrupt();
  }

  /** All is written. */
  int done(int exit) {
    code.set(exit);
    done.countDown();
    return exit;
  }
}
