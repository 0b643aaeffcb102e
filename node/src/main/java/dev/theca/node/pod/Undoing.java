package dev.theca.node.pod;

/** Takes things back: every step is tried, whatever became of the others. */
final class Undoing {
  private Undoing() {}

  /** Runs all; the first fault comes out at the end, the others hang on it. */
  static void all(Runnable... steps) {
    RuntimeException first = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (first == null) first = e;
        else first.addSuppressed(e);
      }
    }
    if (first != null) throw first;
  }
}
