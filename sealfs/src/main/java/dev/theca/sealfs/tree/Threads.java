package dev.theca.sealfs.tree;

/** Waiting for threads. */
final class Threads {
  private Threads() {}

  /** Returns when a thread has ended, whoever interrupts. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
