package dev.theca.sealfs.tree;

import dev.theca.linux.Errno;
import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.SlotPicture;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.StateWriter;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes commits to the journal and checkpoints beside or instead of them (sealfs reference 5). For
 * one thread: that of {@link Commits}, or whoever opens the volume before it starts.
 */
final class Ledger {

  private final VolumeFile volume;
  private final Tree tree;
  private final Slots slots;
  private final Leaves leaves;
  private final Journal journal;
  private final Health health;
  private final AnchorKeeper keeper;
  private final Store.Bounds bounds;
  private final Runnable ended;

  private List<byte[]> backlog = new ArrayList<>();
  private List<Slots.Run> dead;
  private List<Slots.Run> toRelease = new ArrayList<>();
  private boolean hasNews;
  private volatile boolean mustStandStill;
  private volatile boolean checkpointing;
  private volatile Anchor durable;
  private Thread writer = new Thread(() -> {});

  /**
   * Begins at the state that was loaded.
   *
   * @param dead slots that only the metadata of that state takes
   * @param ended hears of each checkpoint that ended, well or not
   */
  Ledger(
      VolumeFile volume,
      Tree tree,
      Slots slots,
      Leaves leaves,
      Journal journal,
      Health health,
      AnchorKeeper keeper,
      Store.Bounds bounds,
      List<Slots.Run> dead,
      Runnable ended) {
    this.volume = volume;
    this.tree = tree;
    this.slots = slots;
    this.leaves = leaves;
    this.journal = journal;
    this.health = health;
    this.keeper = keeper;
    this.bounds = bounds;
    this.dead = dead;
    this.ended = ended;
    this.durable = journal.anchor();
  }

  /** The newest durable state. */
  Anchor durable() {
    return durable;
  }

  /** Whether there were commits since the last checkpoint. */
  boolean hasNews() {
    return hasNews;
  }

  /** Whether one is being written beside. */
  boolean isCheckpointing() {
    return checkpointing;
  }

  /** Bytes in the journal's current log. */
  long logBytes() {
    return journal.size();
  }

  /** Commits, and writes a checkpoint: beside, or alone when the last one beside failed. */
  void checkpoint() {
    if (mustStandStill) standStill();
    else beside();
  }

  /** Not kept: looking for it is most of what a mount would wait for. */
  private static System.Logger log() {
    return System.getLogger("theca.sealfs");
  }

  /** Only lacking space may pass: after a failed sync nobody knows what the disk holds. */
  int failed(String stage, Throwable why) {
    if (why instanceof SealfsException fault && fault.isNoSpace()) {
      log().log(System.Logger.Level.WARNING, "stage=" + stage + " outcome=no-space", why);
      return Errno.ENOSPC;
    }
    health.turnReadOnly();
    log().log(System.Logger.Level.ERROR, "stage=" + stage + " outcome=read-only", why);
    return Errno.EIO;
  }

  /** What a commit writes, taken while nothing changes. */
  record Taken(List<byte[]> frames, List<Slots.Run> freed) {}

  private static final Taken NOTHING = new Taken(List.of(), List.of());

  Taken taken() {
    return new Taken(Recorder.record(tree.changes.take(), tree.changes), slots.freed());
  }

  void commit(Taken taken) {
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
  private record Point(
      Snapshot snapshot, SlotPicture picture, long nextIno, int inodes, long recordBytes) {}

  private Point point(Taken taken) {
    var picture = slots.picture();
    for (Slots.Run run : toRelease) picture.clear(run.slot(), run.count());
    for (Slots.Run run : taken.freed()) picture.clear(run.slot(), run.count());
    var snapshot = Snapshot.take(tree, leaves.map());
    return new Point(snapshot, picture, tree.nextIno.get(), tree.size(), slots.quota().writing());
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
                    ended.run();
                  }
                });
  }

  /** Waits for a checkpoint that is being written beside. */
  void awaitWriter() {
    Threads.join(writer);
  }

  /** A checkpoint while nobody changes anything; both logs are dead after it. */
  void standStill() {
    tree.frozen(
        () -> {
          try {
            standingStill();
          } finally {
            ended.run();
          }
          turn();
          return tree;
        });
  }

  private void standingStill() {
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
                    bounds.quotaBytes(),
                    bounds.quotaInodes(),
                    false),
                () -> keeper.await(contained));
    dead = written.dead();
    slots.quota().written();
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
          slots.quota().notWritten(point.recordBytes());
          return point;
        });
  }

  /** The slots of index and salts; only while nothing is written. */
  List<Slots.Run> dead() {
    return dead;
  }
}
