package dev.theca.agent;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One thread at a time. Unlike with a monitor, a thread that waits for its turn can be interrupted,
 * so that a preparation can be cancelled while another one waits for the broker.
 */
final class Turn {
  // in the order in which they came: who asks again and again keeps nobody waiting
  private final ReentrantLock lock = new ReentrantLock(true);
  private Optional<AgentFault> fault = Optional.empty();
  private long faultNanos;

  <T> T take(Supplier<T> work) {
    enter();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same; but who waited while the one before ran into a fault has that fault too, rather than
   * wait as long again for the same broker.
   */
  <T> T takeOrShare(Supplier<T> work) {
    long came = System.nanoTime();
    enter();
    try {
      if (fault.isPresent() && faultNanos - came > 0)
        throw new AgentFault(String.valueOf(fault.get().getMessage()), fault.get());
      return kept(work);
    } finally {
      lock.unlock();
    }
  }

  private void enter() {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentFault("interrupted while another thread was at work", e);
    }
  }

  /** The fault of a thread that was interrupted is its own business. */
  private <T> T kept(Supplier<T> work) {
    try {
      return work.get();
    } catch (AgentFault e) {
      if (!Thread.currentThread().isInterrupted()) {
        fault = Optional.of(e);
        faultNanos = System.nanoTime();
      }
      throw e;
    }
  }
}
