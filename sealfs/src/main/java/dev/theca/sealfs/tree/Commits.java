package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes changes durable: one thread commits for everybody who waits (two syncs for a whole round),
 * and now and then writes a checkpoint, while others go on (sealfs reference 5).
 */
public final class Commits {
  private static final long POLL_NANOS = 100_000_000;

  /**
   * When to commit and to checkpoint by itself.
   *
   * @param everyMillis how long a change stays in memory at most
   * @param weight bytes of changes
   * @param waitingSlots slots that were freed and wait
   * @param logBytes size of the log that leads to a checkpoint
   * @param idleMillis how long nothing happens before a checkpoint
   * @param strict whoever asks for durability waits for the keeper of the anchor too
   */
  public record Rhythm(
      long everyMillis,
      long weight,
      long waitingSlots,
      long logBytes,
      long idleMillis,
      boolean strict) {
    public static final Rhythm USUAL =
        new Rhythm(5_000, 8 << 20, (256 << 20) >> Slots.SLOT_LOG2, 16 << 20, 60_000, false);

    public Rhythm strictly(boolean now) {
      return new Rhythm(everyMillis, weight, waitingSlots, logBytes, idleMillis, now);
    }
  }

  private final Tree tree;
  private final Slots slots;
  private final Health health;
  private final AnchorKeeper keeper;
  private final Rhythm rhythm;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wanted = lock.newCondition();
  private final Condition finished = lock.newCondition();
  private long asked;
  private long answered;
  private long failedUpTo;
  private int failure;
  private boolean closing;
  private volatile boolean checkpointWanted;
  private long checkpoints;
  private volatile int ending;

  private final Queue<FutureTask<Boolean>> jobs = new ConcurrentLinkedQueue<>();

  private final Ledger ledger;
  private Thread thread = new Thread(() -> {});

  Commits(
      VolumeFile volume,
      Tree tree,
      Slots slots,
      Leaves leaves,
      Journal journal,
      Health health,
      AnchorKeeper keeper,
      Rhythm rhythm,
      Store.Bounds bounds,
      List<Slots.Run> dead) {
    this.tree = tree;
    this.slots = slots;
    this.health = health;
    this.keeper = keeper;
    this.rhythm = rhythm;
    this.ledger =
        new Ledger(
            volume,
            tree,
            slots,
            leaves,
            journal,
            health,
            keeper,
            bounds,
            dead,
            this::checkpointEnded);
  }

  /** The first checkpoint of a mount; nothing is served before. */
  void begin() {
    ledger.begin();
  }

  void start() {
    thread = Thread.ofPlatform().daemon().name("sealfs-commit").start(this::loop);
  }

  /** Everything that was done before is durable when this returns (fsync(2)). */
  public void sync() {
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
    if (rhythm.strict()) awaitKeeper(ledger.durable());
  }

  private void awaitKeeper(Anchor state) {
    try {
      keeper.await(state);
    } catch (SealfsException e) {
      health.turnReadOnly();
      throw new PosixException(Errno.EROFS);
    }
  }

  /** The newest durable state. */
  public Anchor anchor() {
    return ledger.durable();
  }

  private void loop() {
    long idleSince = System.nanoTime();
    while (true) {
      long upTo;
      boolean last;
      lock.lock();
      try {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(rhythm.everyMillis());
        while (!hasReason()) {
          long left = deadline - System.nanoTime();
          if (left <= 0) break;
          long unused = wanted.awaitNanos(Math.min(left, POLL_NANOS));
        }
        upTo = asked;
        last = closing;
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      boolean busy = tree.changes.weight() > 0;
      if (busy) idleSince = System.nanoTime();
      boolean idle =
          ledger.hasNews()
              && System.nanoTime() - idleSince > TimeUnit.MILLISECONDS.toNanos(rhythm.idleMillis());
      int error = round(last, idle);
      answer(upTo, error);
      if (last) {
        ending = error;
        jobs.forEach(left -> left.cancel(false));
        return;
      }
    }
  }

  private boolean hasReason() {
    if (asked != answered || closing || !jobs.isEmpty()) return true;
    if (health.isReadOnly()) return false;
    return (checkpointWanted && !ledger.isCheckpointing())
        || tree.changes.weight() >= rhythm.weight()
        || slots.waiting() >= rhythm.waitingSlots();
  }

  private void answer(long upTo, int error) {
    lock.lock();
    try {
      answered = Math.max(answered, upTo);
      if (error != 0) {
        failedUpTo = upTo;
        failure = error;
      }
      finished.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One commit, and maybe a checkpoint; the errno of what went wrong, or 0. */
  private int round(boolean last, boolean idle) {
    FutureTask<Boolean> job = jobs.poll();
    if (health.isReadOnly()) {
      if (job != null) job.cancel(false);
      return last ? 0 : Errno.EROFS;
    }
    try {
      boolean due = idle || ledger.logBytes() > rhythm.logBytes() || checkpointWanted;
      if (job != null) {
        alone(job);
      } else if (last) {
        ledger.awaitWriter();
        if (!health.isReadOnly()) ledger.standStill();
      } else if (due && !ledger.isCheckpointing()) {
        checkpointWanted = false;
        ledger.checkpoint();
      } else {
        ledger.commit(tree.frozen(ledger::taken));
      }
      return 0;
    } catch (RuntimeException | Error e) {
      if (job != null) job.cancel(false);
      return ledger.failed("commit", e);
    }
  }

  /** Does a job after a checkpoint, while nothing changes. */
  private void alone(FutureTask<Boolean> job) {
    ledger.awaitWriter();
    tree.frozen(
        () -> {
          ledger.standStill();
          job.run();
          return job;
        });
  }

  /** Returns when a checkpoint that was asked for now is durable, or could not be. */
  void checkpoint() {
    lock.lock();
    try {
      long mine = checkpoints + 1;
      while (checkpoints < mine && !closing && !health.isReadOnly()) {
        if (!ledger.isCheckpointing()) checkpointWanted = true;
        wanted.signal();
        finished.await(100, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void checkpointEnded() {
    lock.lock();
    try {
      checkpoints++;
      finished.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does something while nothing changes, neither in memory nor on the disk, after everything was
   * committed and written down.
   */
  void still(Runnable work) {
    var job = new FutureTask<Boolean>(work, true);
    lock.lock();
    try {
      if (closing || health.isReadOnly()) throw new PosixException(Errno.EROFS);
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

  /** The slots of index and salts; only while nothing is written. */
  List<Slots.Run> dead() {
    return ledger.dead();
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

  /** Commits, writes a checkpoint, and ends; the errno of what went wrong, or 0. */
  int close() {
    lock.lock();
    try {
      closing = true;
      wanted.signal();
    } finally {
      lock.unlock();
    }
    Threads.join(thread);
    ledger.awaitWriter();
    lock.lock();
    try {
      answered = asked;
      finished.signalAll();
    } finally {
      lock.unlock();
    }
    return ending;
  }

  /** Ends without writing anything, as a crash does. */
  void abandon() {
    health.turnReadOnly();
    int unused = close();
  }
}
