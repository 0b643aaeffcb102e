package dev.theca.broker.http;

import org.jspecify.annotations.Nullable;

/**
 * The deadline of what one thread waits for. When it passes, the thread is interrupted, which
 * closes the socket that it reads or writes (JEP 353); never when the deadline was lifted before.
 */
final class Watch implements AutoCloseable {
  private static final long NEVER = Long.MAX_VALUE;

  private final Watches watches;
  // guarded by this
  private @Nullable Thread thread;
  private long deadline = NEVER;
  private boolean cut;

  Watch(Watches watches, Thread thread) {
    this.watches = watches;
    this.thread = thread;
  }

  /** At most this long from now. */
  synchronized void arm(long nanos) {
    deadline = System.nanoTime() + nanos;
  }

  synchronized void lift() {
    deadline = NEVER;
  }

  /** Whether the deadline passed. */
  synchronized boolean isCut() {
    return cut;
  }

  synchronized void look(long now) {
    if (thread == null || deadline == NEVER || now - deadline < 0) return;
    deadline = NEVER;
    cut = true;
    thread.interrupt();
  }

  @Override
  public void close() {
    synchronized (this) {
      thread = null;
    }
    watches.forget(this);
  }
}
