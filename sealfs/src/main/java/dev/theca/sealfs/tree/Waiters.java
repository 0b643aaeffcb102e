package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where callers wait for the thread of {@link Commits}: for what they did to be durable, for a
 * checkpoint, for a job that is done while nothing changes. Every one of them is answered, also
 * when that thread ends.
 */
final class Waiters {
  private static final long POLL_NANOS = 100_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final Condition finished = lock.newCondition();
  private final Queue<FutureTask<Boolean>> jobs = new ConcurrentLinkedQueue<>();
  private long asked;
  private long answered;
  private long failedUpTo;
  private int failure;
  private boolean closing;
  private volatile boolean checkpointWanted;
  private long checkpoints;

  /** Who is answered by one round, and whether it is the last. */
  record Round(long upTo, boolean last) {}

  // What callers ask for.

  /** Returns when a round that began after this call has ended well. */
  void durable() {
    lock.lock();
    try {
      if (closing) throw new PosixException(Errno.EIO);
      long mine = ++asked;
      wanted.signal();
      while (answered < mine) finished.awaitUninterruptibly();
      if (mine <= failedUpTo) throw new PosixException(failure);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when a checkpoint has ended, well or not.
   *
   * @param writing whether one is on its way already
   * @param over whether there will be none any more
   */
  void checkpoint(BooleanSupplier writing, BooleanSupplier over) {
    lock.lock();
    try {
      long mine = checkpoints + 1;
      while (checkpoints < mine && !closing && !over.getAsBoolean()) {
        if (!writing.getAsBoolean()) checkpointWanted = true;
        wanted.signal();
        boolean unused = finished.await(POLL_NANOS, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Asks for a checkpoint soon. */
  void wantCheckpoint() {
    lock.lock();
    try {
      checkpointWanted = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Has a job done; EROFS when nothing is done any more. */
  void job(Runnable work, BooleanSupplier over) {
    var job = new FutureTask<Boolean>(work, true);
    lock.lock();
    try {
      if (closing || over.getAsBoolean()) throw new PosixException(Errno.EROFS);
      jobs.add(job);
      wanted.signal();
    } finally {
      lock.unlock();
    }
    try {
      job.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) throw fault;
      throw new IllegalStateException(e.getCause());
    } catch (CancellationException e) {
      throw new PosixException(Errno.EROFS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosixException(Errno.EINTR);
    }
  }

  /** The next round is the last. */
  void close() {
    lock.lock();
    try {
      closing = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
  }

  // What the thread does for them.

  /**
   * Waits until somebody wants something or time is up.
   *
   * @param reason what else there may be to do; asked now and then
   */
  Round next(long millis, BooleanSupplier reason) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      while (asked == answered && !closing && jobs.isEmpty() && !reason.getAsBoolean()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) break;
        long unused = wanted.awaitNanos(Math.min(left, POLL_NANOS));
      }
      return new Round(asked, closing);
    } finally {
      lock.unlock();
    }
  }

  @Nullable FutureTask<Boolean> nextJob() {
    return jobs.poll();
  }

  boolean wantsCheckpoint() {
    return checkpointWanted;
  }

  /** A checkpoint begins, for all who asked until now. */
  void checkpointBegins() {
    checkpointWanted = false;
  }

  void checkpointEnded() {
    lock.lock();
    try {
      checkpoints++;
      finished.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A round ended with an errno, or 0. */
  void answer(Round round, int error) {
    lock.lock();
    try {
      answered = Math.max(answered, round.upTo());
      if (error != 0) {
        failedUpTo = round.upTo();
        failure = error;
      }
      finished.signalAll();
    } finally {
      lock.unlock();
    }
    if (round.last()) jobs.forEach(left -> left.cancel(false));
  }

  /** Nobody answers any more: whoever still waits is let go. */
  void letGo() {
    lock.lock();
    try {
      answered = asked;
      finished.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
