package dev.theca.node.snapshot;

import java.util.concurrent.Callable;

/** Waits for what comes sooner or later; what never comes is a failed test. */
final class Waiting {
  private Waiting() {}

  static void until(Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 3000; i++) {
      if (condition.call()) return;
      Thread.sleep(10);
    }
    throw new AssertionError("did not come true");
  }
}
