package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Makes changes durable: one thread commits for everybody who waits (two syncs for a whole round),
 * and now and then writes a checkpoint, while others go on (sealfs reference 5).
 */
public final class Commits {
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

  private final Waiters waiters = new Waiters();
  private volatile int ending;

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
            waiters::checkpointEnded);
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
    waiters.durable();
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
      Waiters.Round round;
      try {
        round = waiters.next(rhythm.everyMillis(), this::hasReason);
      } catch (InterruptedException e) {
        return;
      }
      boolean busy = tree.changes.weight() > 0;
      if (busy) idleSince = System.nanoTime();
      boolean idle =
          ledger.hasNews()
              && System.nanoTime() - idleSince > TimeUnit.MILLISECONDS.toNanos(rhythm.idleMillis());
      int error = round(round.last(), idle);
      if (round.last() && error != Errno.EROFS) ending = error;
      waiters.answer(round, error);
      if (round.last()) return;
    }
  }

  /** Whether there is something to do that nobody waits for. */
  private boolean hasReason() {
    if (health.isReadOnly()) return false;
    return (waiters.wantsCheckpoint() && !ledger.isCheckpointing())
        || tree.changes.weight() >= rhythm.weight()
        || slots.waiting() >= rhythm.waitingSlots();
  }

  /**
   * One commit, and maybe a checkpoint; the errno of what went wrong, or 0. Also the last round has
   * callers who wait to hear that what they did is durable.
   */
  private int round(boolean last, boolean idle) {
    FutureTask<Boolean> job = waiters.nextJob();
    if (health.isReadOnly()) {
      if (job != null) job.cancel(false);
      return Errno.EROFS;
    }
    try {
      boolean due = idle || ledger.logBytes() > rhythm.logBytes() || waiters.wantsCheckpoint();
      if (job != null) {
        alone(job);
      } else if (last) {
        ledger.awaitWriter();
        if (health.isReadOnly()) return Errno.EROFS;
        ledger.standStill();
      } else if (due && !ledger.isCheckpointing()) {
        waiters.checkpointBegins();
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
    waiters.checkpoint(ledger::isCheckpointing, health::isReadOnly);
  }

  /**
   * Does something while nothing changes, neither in memory nor on the disk, after everything was
   * committed and written down.
   */
  void still(Runnable work) {
    waiters.job(work, health::isReadOnly);
  }

  /** The slots of index and salts; only while nothing is written. */
  List<Slots.Run> dead() {
    return ledger.dead();
  }

  /** Asks for a checkpoint soon. */
  void wantCheckpoint() {
    waiters.wantCheckpoint();
  }

  /** Commits, writes a checkpoint, and ends; the errno of what went wrong, or 0. */
  int close() {
    waiters.close();
    Threads.join(thread);
    ledger.awaitWriter();
    waiters.letGo();
    return ending;
  }

  /** Ends without writing anything, as a crash does. */
  void abandon() {
    health.turnReadOnly();
    int unused = close();
  }
}
