package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.StateWriter;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.ArrayList;
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
  private static final System.Logger LOG = System.getLogger("theca.sealfs");

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

  private final VolumeFile volume;
  private final Tree tree;
  private final Slots slots;
  private final Leaves leaves;
  private final Journal journal;
  private final Health health;
  private final AnchorKeeper keeper;
  private final Rhythm rhythm;
  private final long quotaBytes;
  private final long quotaInodes;

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

  // Of the commit thread, or of whoever runs before it starts and after it ended.
  private List<byte[]> backlog = new ArrayList<>();
  private List<Slots.Run> dead;
  private List<Slots.Run> toRelease = new ArrayList<>();
  private boolean hasNews;
  private volatile boolean mustStandStill;
  private volatile boolean checkpointing;
  private volatile Anchor durable;
  private Thread thread = new Thread(() -> {});
  private Thread writer = new Thread(() -> {});

  Commits(
      VolumeFile volume,
      Tree tree,
      Slots slots,
      Leaves leaves,
      Journal journal,
      Health health,
      AnchorKeeper keeper,
      Rhythm rhythm,
      long quotaBytes,
      long quotaInodes,
      List<Slots.Run> dead) {
    this.volume = volume;
    this.tree = tree;
    this.slots = slots;
    this.leaves = leaves;
    this.journal = journal;
    this.health = health;
    this.keeper = keeper;
    this.rhythm = rhythm;
    this.quotaBytes = quotaBytes;
    this.quotaInodes = quotaInodes;
    this.dead = dead;
    this.durable = journal.anchor();
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
    if (rhythm.strict()) awaitKeeper(durable);
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
    return durable;
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
          hasNews
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
    return (checkpointWanted && !checkpointing)
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
      if (job != null) {
        join(writer);
        tree.frozen(
            () -> {
              standStill();
              job.run();
              return job;
            });
        return 0;
      }
      boolean due = idle || journal.size() > rhythm.logBytes() || checkpointWanted;
      if (last) {
        join(writer);
        if (!health.isReadOnly()) standStill();
      } else if (due && !checkpointing) {
        checkpointWanted = false;
        if (mustStandStill) standStill();
        else beside();
      } else {
        commit(tree.frozen(this::taken));
      }
      return 0;
    } catch (RuntimeException | Error e) {
      if (job != null) job.cancel(false);
      return failed("commit", e);
    }
  }

  /** Only lacking space may pass: after a failed sync nobody knows what the disk holds. */
  private int failed(String stage, Throwable why) {
    if (why instanceof SealfsException fault && fault.isNoSpace()) {
      LOG.log(System.Logger.Level.WARNING, "stage=" + stage + " outcome=no-space", why);
      return Errno.ENOSPC;
    }
    health.turnReadOnly();
    LOG.log(System.Logger.Level.ERROR, "stage=" + stage + " outcome=read-only", why);
    return Errno.EIO;
  }

  /** What a commit writes, taken while nothing changes. */
  private record Taken(List<byte[]> frames, List<Slots.Run> freed) {}

  private static final Taken NOTHING = new Taken(List.of(), List.of());

  private Taken taken() {
    return new Taken(Recorder.record(tree.changes.take(), tree.changes), slots.freed());
  }

  private void commit(Taken taken) {
    backlog.addAll(taken.frames());
    toRelease.addAll(taken.freed());
    if (backlog.isEmpty()) {
      release(); // no durable state ever knew of them
      return;
    }
    volume.file(false).sync();
    Anchor now = journal.append(volume.current().meta(), backlog);
    backlog = new ArrayList<>();
    journal.sync();
    durable = now;
    hasNews = true;
    release();
    keeper.report(now);
  }

  private void release() {
    slots.release(toRelease);
    toRelease = new ArrayList<>();
  }

  /** A checkpoint as it is taken: what to write, and what it contains. */
  private record Point(Snapshot snapshot, Slots.Picture picture, long nextIno, int inodes) {}

  private Point point(Taken taken) {
    var picture = slots.picture();
    for (Slots.Run run : toRelease) picture.clear(run.slot(), run.count());
    for (Slots.Run run : taken.freed()) picture.clear(run.slot(), run.count());
    return new Point(Snapshot.take(tree, leaves.map()), picture, tree.nextIno.get(), tree.size());
  }

  /** A checkpoint while others go on: frames after it go to the other log from now on. */
  private void beside() {
    var both =
        tree.frozen(
            () -> {
              Taken taken = taken();
              return java.util.Map.entry(taken, point(taken));
            });
    Anchor contained;
    try {
      commit(both.getKey());
      contained = journal.anchor();
      journal.turn();
    } catch (SealfsException e) {
      undo(both.getValue());
      throw e;
    }
    int log = journal.current();
    hasNews = false;
    checkpointing = true;
    writer =
        Thread.ofPlatform()
            .daemon()
            .name("sealfs-checkpoint")
            .start(
                () -> {
                  try {
                    write(both.getValue(), log, contained);
                  } catch (RuntimeException | Error e) {
                    undo(both.getValue());
                    mustStandStill = true;
                    failed("checkpoint", e);
                  } finally {
                    checkpointing = false;
                    checkpointEnded();
                  }
                });
  }

  private static void join(Thread thread) {
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

  /** A checkpoint while nobody changes anything; both logs are dead after it. */
  void standStill() {
    tree.frozen(
        () -> {
          commit(taken());
          Point point = point(NOTHING);
          try {
            write(point, journal.current() ^ 1, journal.anchor());
          } catch (RuntimeException e) {
            undo(point);
            throw e;
          }
          mustStandStill = false;
          hasNews = false;
          checkpointEnded();
          turn();
          return point;
        });
  }

  /** Goes to the log that the superblock names now; if that fails there is no log to write to. */
  private void turn() {
    try {
      journal.turn();
    } catch (SealfsException e) {
      throw new SealfsException("cannot empty a log: " + e.getMessage(), e);
    }
  }

  /**
   * The first checkpoint of a mount: what was replayed becomes the state, and the logs are emptied
   * only when it is durable.
   */
  void begin() {
    tree.frozen(
        () -> {
          Taken taken = taken(); // its frames are those of the logs, or of nothing
          write(point(taken), 0, journal.anchor());
          slots.release(taken.freed());
          journal.empty();
          return taken;
        });
  }

  private void write(Point point, int log, Anchor contained) {
    var old = new ArrayList<>(point.snapshot().old());
    old.addAll(dead);
    var written =
        new StateWriter(volume, slots, point.picture())
            .write(
                point.snapshot().kept(),
                point.snapshot().fresh(),
                old,
                new StateWriter.Head(
                    log,
                    point.nextIno(),
                    contained,
                    point.inodes(),
                    quotaBytes,
                    quotaInodes,
                    false),
                () -> keeper.await(contained));
    dead = written.dead();
    Runnable publish =
        () -> {
          leaves.replace(written.leaves());
          point.snapshot().extents().forEach(Extents::written);
        };
    if (tree.gate.isWriteLockedByCurrentThread()) publish.run();
    else
      tree.frozen(
          () -> {
            publish.run();
            return written;
          });
  }

  /** What a failed checkpoint had taken counts as changed again. */
  private void undo(Point point) {
    tree.frozen(
        () -> {
          point.snapshot().restore(tree.changes);
          return point;
        });
  }

  /** The slots of index and salts; only while nothing is written. */
  List<Slots.Run> dead() {
    return dead;
  }

  /** Returns when a checkpoint that was asked for now is durable, or could not be. */
  void checkpoint() {
    lock.lock();
    try {
      long mine = checkpoints + 1;
      while (checkpoints < mine && !closing && !health.isReadOnly()) {
        if (!checkpointing) checkpointWanted = true;
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
    join(thread);
    join(writer);
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
