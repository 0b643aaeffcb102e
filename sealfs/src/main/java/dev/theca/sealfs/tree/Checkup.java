package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.ChunkRef;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.StateWriter;
import dev.theca.sealfs.disk.VolumeFile;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks at everything in a volume that rests: every block opens, every name leads somewhere, link
 * counts are what the names say, no slot belongs to two, and what is taken is what is used.
 */
public final class Checkup {
  /** What was looked at. */
  public record Found(long inodes, long bytes) {}

  private final Store store;
  private final Tree tree;
  private final Set<Long> used = new HashSet<>();
  private final Map<Long, Integer> links = new HashMap<>();
  private long inodes;
  private long bytes;

  public Checkup(Store store) {
    this.store = store;
    this.tree = store.tree();
  }

  public Found run() throws Damaged {
    var damaged = new Damaged[1];
    store.still(
        () -> {
          try {
            look();
          } catch (Damaged e) {
            damaged[0] = e;
          }
        });
    if (damaged[0] != null) throw damaged[0];
    return new Found(inodes, bytes);
  }

  private void look() throws Damaged {
    var failed = new Damaged[1];
    tree.inodes.each(
        inode -> {
          try {
            if (failed[0] == null) names(inode);
          } catch (Damaged e) {
            failed[0] = e;
          }
        });
    tree.inodes.each(
        inode -> {
          try {
            if (failed[0] == null) inode(inode);
          } catch (Damaged e) {
            failed[0] = e;
          }
        });
    if (failed[0] != null) throw failed[0];
    space();
  }

  private void names(Inode inode) throws Damaged {
    if (inode.names == null) return;
    if (inode.ino == Tree.ROOT) links.merge(inode.ino, 2, Integer::sum);
    var wrong = new long[1];
    inode.names.each(
        entry -> {
          var child = tree.find(entry.ino);
          if (child == null || child.mode >> 12 != entry.type()) wrong[0] = entry.ino;
          else if (!child.isDirectory()) links.merge(entry.ino, 1, Integer::sum);
          else {
            if (child.parent != inode.ino) wrong[0] = entry.ino;
            links.merge(entry.ino, 2, Integer::sum);
            links.merge(inode.ino, 1, Integer::sum);
          }
        });
    if (wrong[0] != 0)
      throw new Damaged("a name in directory " + inode.ino + " that leads to no such inode");
  }

  private void inode(Inode inode) throws Damaged {
    inodes++;
    int named = links.getOrDefault(inode.ino, 0);
    if (named != inode.nlink)
      throw new Damaged(
          "inode " + inode.ino + " with " + inode.nlink + " links and " + named + " names");
    if (!inode.isFile()) return;
    bytes += inode.size;
    if (inode.extents == null) return;
    var twice = new long[] {-1};
    var stored = new long[1];
    inode.extents.each(
        store.leaves().stored(inode.ino),
        store.leaves().source(inode.ino),
        (table, index) -> {
          var place = Blocks.get(table, index);
          stored[0] += Slots.count(place.length());
          if (!place.inBase() && !use(Content.run(place))) twice[0] = place.slot();
        });
    if (twice[0] >= 0) throw new Damaged("slot " + twice[0] + " that belongs to two blocks");
    if (stored[0] != inode.stored)
      throw new Damaged(
          "inode " + inode.ino + " that counts " + inode.stored + " slots and has " + stored[0]);
    content(inode);
  }

  private void content(Inode inode) throws Damaged {
    var buffer = ByteBuffer.allocate(1 << 20);
    try {
      var source = store.leaves().source(inode.ino);
      int block = store.blockSize();
      long blocks = (inode.size + block - 1) / block;
      for (long at = 0; at < blocks; ) {
        long next = inode.extents().nextData(at, blocks, store.leaves().stored(inode.ino), source);
        if (next >= blocks) break;
        store.files().read(inode.ino, next * block, buffer.clear());
        at = next + (1 << 20) / block;
      }
    } catch (PosixException e) {
      throw new Damaged("inode " + inode.ino + " with content that was changed");
    }
  }

  private boolean use(Slots.Run run) {
    boolean alone = true;
    for (long slot = run.slot(); slot < run.slot() + run.count(); slot++) alone &= used.add(slot);
    return alone;
  }

  private void space() throws Damaged {
    if (store.volume().superblock().isBase()) return;
    for (ChunkRef ref : store.leaves().map().values())
      if (!ref.inBase() && !use(StateWriter.run(ref)))
        throw new Damaged("slot " + ref.offset() / Slots.SLOT + " that belongs to two chunks");
    for (Slots.Run run : store.tops())
      if (!use(run)) throw new Damaged("slot " + run.slot() + " that belongs to two");
    for (long slot = 0; slot < VolumeFile.FIRST_SLOT; slot++) used.add(slot);
    long taken = store.slots().used();
    if (taken != used.size())
      throw new Damaged(
          "a table of space that says " + taken + " slots where " + used.size() + " are");
  }
}
