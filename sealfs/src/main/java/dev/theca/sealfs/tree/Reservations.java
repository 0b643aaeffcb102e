package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Slots;

/**
 * What fallocate(2) guarantees: a write into the range finds room, also in a volume that has become
 * full. Slots are set aside for its holes, in memory: until they are written, cut off or punched,
 * and not longer than the mount. What is stored already finds room by what it replaces. A volume
 * without a quota has nothing that could be set aside. Callers hold the inode's lock, but for
 * {@link #of}.
 */
final class Reservations {
  private final InBlocks blocks;
  private final Tree tree;
  private final Slots slots;
  private final int block;
  private final int perBlock;

  Reservations(InBlocks blocks, Tree tree, Slots slots, int block) {
    this.blocks = blocks;
    this.tree = tree;
    this.slots = slots;
    this.block = block;
    this.perBlock = Slots.count(block);
  }

  /**
   * How many slots were set aside for a block; 0 as well when what it replaces gives back as many,
   * and -1 when it has no claim to any.
   */
  int of(Inode inode, long number, int needed) {
    return tree.reading(
        inode,
        () -> {
          var promises = inode.promises;
          if (promises != null && promises.has(number)) return perBlock;
          if (InRecord.holds(inode)) return -1;
          var place = blocks.place(inode, number);
          if (place == null || place.inBase()) return -1;
          return Content.run(place).count() >= needed ? 0 : -1;
        });
  }

  /** Whether a write of a range finds room in a full volume. */
  boolean cover(Inode inode, long offset, long end) {
    if (!slots.quota().isLimited()) return false;
    for (long number = offset / block; number <= (end - 1) / block; number++) {
      long reaches = Math.min((number + 1) * block, Math.max(end, inode.size));
      if (of(inode, number, Slots.count((int) (reaches - number * block))) < 0) return false;
    }
    return true;
  }

  /** Sets slots aside for the holes of a range. */
  void make(Inode inode, long offset, long end) {
    make(inode, offset, end, false);
  }

  /** The same for what was just punched out of it, whose slots are on their way back. */
  void makeEvenSo(Inode inode, long offset, long end) {
    make(inode, offset, end, true);
  }

  private void make(Inode inode, long offset, long end, boolean evenSo) {
    if (!slots.quota().isLimited()) return;
    var now = inode.promises == null ? new Promises(perBlock) : inode.promises;
    long first = InRecord.holds(inode) ? 0 : offset / block; // it moves to blocks as a whole
    long behind = (end + block - 1) / block;
    long lacking = eachHole(inode, first, behind, end, now::lacking);
    if (!slots.promise(lacking * perBlock, evenSo)) throw new Content.NoSlots();
    if (lacking == 0) return;
    long unused = eachHole(inode, first, behind, end, now::add);
    now.reach(end);
    inode.promises = now;
  }

  @FunctionalInterface
  private interface Hole {
    long row(long from, long behind);
  }

  /** Rows of blocks that are not stored here up to the end; the sum of what is said of them. */
  private long eachHole(Inode inode, long first, long behind, long end, Hole what) {
    if (InRecord.holds(inode)) return what.row(first, behind);
    long sum = 0;
    for (long at = first; at < behind; ) {
      var place = blocks.place(inode, at);
      long next = at + 1;
      if (place == null)
        next = Math.min(behind, Math.max(next, blocks.nextData(inode, at, behind * block)));
      // What replaces a block of the base gives nothing back.
      if (place == null || place.inBase() || place.length() < Math.min(block, end - at * block))
        sum += what.row(at, next);
      at = next;
    }
    return sum;
  }

  /** A row of blocks is stored: all whole, but for the last of so many bytes. */
  void stored(Inode inode, long from, int count, int last) {
    var promises = inode.promises;
    if (promises == null) return;
    long behind = from + count;
    boolean reaches = last == block || (behind - 1) * block + last >= promises.end();
    drop(inode, from, reaches ? behind : behind - 1); // a short one may become longer
  }

  private void drop(Inode inode, long from, long behind) {
    var promises = inode.promises;
    if (promises == null) return;
    long gone = promises.remove(from, behind);
    if (gone > 0) slots.redeem(gone * perBlock);
    if (promises.slots() == 0) inode.promises = null;
  }

  /** Nothing is kept of whole blocks in a range, whether they are holes or not. */
  void punched(Inode inode, long offset, long end) {
    long from = (offset + block - 1) / block;
    long behind = end / block;
    if (from < behind) drop(inode, from, behind);
  }

  /** Nothing is kept behind a size. */
  void cut(Inode inode, long size) {
    var promises = inode.promises;
    if (promises != null) promises.cut(size);
    drop(inode, (size + block - 1) / block, Content.MAX_BLOCKS + 1);
  }
}
