package dev.theca.agent;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One thread at a time. Unlike with a monitor, a thread that waits for its turn can be interrupted,
 * so that a preparation can be cancelled while another one waits for the broker.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock();

  <T> T take(Supplier<T> work) {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentFault("interrupted while another thread was at work", e);
    }
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
