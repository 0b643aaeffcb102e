package dev.theca.sealfs.tree;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.SealfsException;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An opened volume at work: the tree in memory, its operations, and what makes them durable. There
 * are three kinds: one that only reads, one whose changes are gone when it is closed, and one that
 * keeps them.
 */
public final class Store implements AutoCloseable {
  /**
   * How much a volume may hold, and how it behaves.
   *
   * @param quotaBytes of content and metadata, 0 for no bound
   * @param quotaInodes files, directories and so on
   * @param inlineBytes memory for content of small files
   */
  public record Bounds(long quotaBytes, long quotaInodes, long inlineBytes) {}

  private final VolumeFile volume;
  private final Tree tree;
  private final Slots slots;
  private final Leaves leaves;
  private final Health health;
  private final Namespace namespace;
  private final Files files;
  private final Bounds bounds;
  private final @Nullable Journal journal;
  private final @Nullable Commits commits;
  private List<Slots.Run> tops = List.of();

  private Store(
      VolumeFile volume,
      Tree tree,
      Slots slots,
      Leaves leaves,
      Health health,
      Bounds bounds,
      Namespace.Clock clock,
      @Nullable Journal journal,
      @Nullable Commits commits) {
    this.volume = volume;
    this.tree = tree;
    this.slots = slots;
    this.leaves = leaves;
    this.health = health;
    this.bounds = bounds;
    this.journal = journal;
    this.commits = commits;
    var inline = new InlineBudget(bounds.inlineBytes());
    tree.inodes.each(inode -> inline.charge(inode.isFile() ? inode.bytes.length : 0));
    var content = new Content(volume, tree, slots, leaves, health, inline);
    var room = new Room(new Making(), content);
    this.namespace = new Namespace(tree, content, health, clock, room, bounds.quotaInodes());
    this.files = new Files(tree, content, health, clock, room);
  }

  /** Only for reading: a base, or the last state of another volume with its journal. */
  public static Store reading(
      VolumeFile volume, @Nullable Journal journal, Wanted wanted, Health health, Bounds bounds)
      throws Damaged {
    health.turnReadOnly();
    var slots = new Slots(VolumeFile.FIRST_SLOT, false);
    var tree = new Tree(true, slots.quota());
    var leaves = new Leaves(volume);
    var tops = new java.util.ArrayList<>(Loader.load(volume, tree, slots, leaves));
    tops.add(volume.saltRun());
    if (journal != null) wanted.check(journal.replay(volume, new Replayer(tree, slots, leaves)));
    var store = new Store(volume, tree, slots, leaves, health, bounds, () -> 0, journal, null);
    store.tops = tops;
    return store;
  }

  /** Above a base, and gone when it is closed. */
  public static Store ephemeral(
      VolumeFile volume, Health health, Bounds bounds, Namespace.Clock clock) throws Damaged {
    var slots = new Slots(VolumeFile.FIRST_SLOT, true);
    var tree = new Tree(false, slots.quota());
    limit(slots, bounds);
    var leaves = new Leaves(volume);
    if (volume.base() == null) tree.plant(clock.nanos());
    else {
      List<Slots.Run> unused = Loader.load(volume, tree, slots, leaves);
    }
    return new Store(volume, tree, slots, leaves, health, bounds, clock, null, null);
  }

  /** Which states may be opened. */
  @FunctionalInterface
  public interface Wanted {
    /** Refuses when the states that a journal went through do not have the one that is demanded. */
    void check(List<Anchor> passed) throws Damaged;
  }

  /**
   * A volume that keeps its changes: a new one, or the state that its superblock and journal tell.
   * It begins an epoch, and serves when its first checkpoint is durable.
   *
   * @param fresh nothing is on the disk yet
   */
  public static Store durable(
      VolumeFile volume,
      Journal journal,
      boolean fresh,
      Wanted wanted,
      Health health,
      AnchorKeeper keeper,
      Commits.Rhythm rhythm,
      Bounds bounds,
      Surroundings surroundings)
      throws Damaged {
    var slots = new Slots(VolumeFile.FIRST_SLOT, false);
    var tree = new Tree(true, slots.quota());
    var leaves = new Leaves(volume);
    List<Slots.Run> dead = List.of();
    if (!fresh) {
      volume.file(false).sync(); // what a killed process left is on the disk before it is built on
      journal.settle();
    }
    if (!fresh || volume.base() != null) dead = Loader.load(volume, tree, slots, leaves);
    else tree.plant(surroundings.clock().nanos());
    if (!fresh) {
      wanted.check(journal.replay(volume, new Replayer(tree, slots, leaves)));
      dead = new java.util.ArrayList<>(dead);
      dead.add(volume.saltRun());
      volume.beginEpoch(surroundings.salts().get());
    }
    var commits =
        new Commits(volume, tree, slots, leaves, journal, health, keeper, rhythm, bounds, dead);
    var store =
        new Store(
            volume, tree, slots, leaves, health, bounds, surroundings.clock(), journal, commits);
    store.namespace.forgetAll(); // what was open without a name when it ended
    commits.begin();
    limit(slots, bounds); // after it: what is over its quota can still be opened, and emptied
    commits.start();
    return store;
  }

  private static void limit(Slots slots, Bounds bounds) {
    if (bounds.quotaBytes() <= 0) return;
    long all = bounds.quotaBytes() >> Slots.SLOT_LOG2;
    slots.quota().limit(all, Math.min(Math.max(1024, all / 64), all / 4));
  }

  /** What makes room in a store that keeps its changes; in others there is none to be made. */
  private final class Making implements Room.Commit {
    @Override
    public void now() {
      if (commits != null) commits.sync();
    }

    @Override
    public void checkpoint() {
      if (commits != null) commits.checkpoint();
    }

    @Override
    public boolean needsCheckpoint() {
      return commits != null && slots.quota().hasShrunk();
    }

    @Override
    public boolean mayStillCome() {
      return !tree.nameless.isEmpty() || slots.waiting() > 0 || needsCheckpoint();
    }
  }

  public Namespace namespace() {
    return namespace;
  }

  public Files files() {
    return files;
  }

  public Health health() {
    return health;
  }

  public boolean isWritable() {
    return !health.isReadOnly();
  }

  /** Everything done before is durable, as far as this kind of volume keeps anything. */
  public void sync() {
    if (commits != null) commits.sync();
  }

  /** The newest durable state, of a volume that has any. */
  public java.util.Optional<Anchor> anchor() {
    if (commits != null) return java.util.Optional.of(commits.anchor());
    return java.util.Optional.ofNullable(journal).map(Journal::anchor);
  }

  /** Bytes that are taken or set aside, metadata included. */
  public long usedBytes() {
    return slots.usedOrClaimed() << Slots.SLOT_LOG2;
  }

  /** Bytes that content may still take; {@code hostFree} when there is no quota. */
  public long freeBytes(long hostFree) {
    if (bounds.quotaBytes() <= 0) return hostFree;
    return Math.min(hostFree, slots.left() << Slots.SLOT_LOG2);
  }

  /** The slots of index and salts of the state that counts. */
  List<Slots.Run> tops() {
    return commits != null ? commits.dead() : tops;
  }

  /** The file that it lies in. */
  public VolumeFile volume() {
    return volume;
  }

  Tree tree() {
    return tree;
  }

  Slots slots() {
    return slots;
  }

  Leaves leaves() {
    return leaves;
  }

  public int blockSize() {
    return 1 << volume.superblock().blockLog2();
  }

  /** Does something while nothing changes, in memory or on the disk. */
  public void still(Runnable work) {
    if (commits != null && !health.isReadOnly()) {
      commits.still(work);
      return;
    }
    Store unused =
        tree.frozen(
            () -> {
              work.run();
              return this;
            });
  }

  /** Writes a checkpoint soon. */
  public void checkpoint() {
    if (commits != null) commits.wantCheckpoint();
  }

  /** Ends without writing anything more, as a crash does; the next open recovers. */
  public void abandon() {
    if (commits != null) commits.abandon();
    closeFiles();
  }

  @Override
  public void close() {
    try {
      if (commits != null) {
        if (!health.isReadOnly()) namespace.forgetAll();
        int errno = commits.close();
        if (errno != 0)
          throw new SealfsException(
              "what was not synced is lost", new java.io.IOException("errno " + errno));
      }
    } finally {
      closeFiles();
    }
  }

  private void closeFiles() {
    if (journal != null) journal.close();
    volume.close();
    var base = volume.base();
    if (base != null) base.close();
  }
}
