package dev.theca.sealfs.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors of 2048 blocks of one file, and what of them changed since the last commit, and since
 * the last checkpoint. Guarded as {@link Extents} says.
 */
final class ExtentPage {
  private static final int BLOCKS = Extents.PER_PAGE;

  /** The descriptors; behind its end are holes. */
  byte[] table;

  /** Changed since the last checkpoint. */
  boolean dirty;

  /** Being written by a checkpoint. */
  boolean writing;

  /** A bit for each descriptor that changed since the last commit. */
  private long @Nullable [] changed;

  ExtentPage(byte[] table) {
    this.table = table;
  }

  /** Whether the disk has it as it is, and the journal knows of nothing else. */
  boolean isClean() {
    return !dirty && !writing && changed == null;
  }

  /** Takes one descriptor of a row. */
  void put(int index, byte[] rows, int row) {
    int end = (index + 1) * Blocks.SIZE;
    if (end > table.length)
      table = Arrays.copyOf(table, Math.min(BLOCKS * Blocks.SIZE, Math.max(end, table.length * 2)));
    System.arraycopy(rows, row * Blocks.SIZE, table, index * Blocks.SIZE, Blocks.SIZE);
    change(index);
  }

  private void change(int index) {
    long[] bits = changed;
    if (bits == null) changed = bits = new long[BLOCKS / 64];
    bits[index >>> 6] |= 1L << (index & 63);
  }

  /** All that is there is new. */
  void changeAll() {
    dirty = true;
    for (int i = 0; i < table.length / Blocks.SIZE; i++) change(i);
  }

  /** From a descriptor on there are holes, and nothing of them is recorded one by one. */
  void cut(int keep) {
    table = Arrays.copyOf(table, Math.min(table.length, keep * Blocks.SIZE));
    dirty = true;
    long[] bits = changed;
    if (bits == null) return;
    for (int i = keep; i < BLOCKS; i++) bits[i >>> 6] &= ~(1L << (i & 63));
  }

  /** Gives rows of neighbours that changed since the last commit, and begins anew. */
  void takeChanged(long firstBlock, Extents.Rows rows) {
    long[] bits = changed;
    if (bits == null) return;
    changed = null;
    for (int i = 0; i < BLOCKS; ) {
      if ((bits[i >>> 6] & 1L << (i & 63)) == 0) {
        i++;
        continue;
      }
      int from = i;
      while (i < BLOCKS && (bits[i >>> 6] & 1L << (i & 63)) != 0) i++;
      byte[] row = new byte[(i - from) * Blocks.SIZE];
      int there = Math.min(row.length, table.length - from * Blocks.SIZE);
      if (there > 0) System.arraycopy(table, from * Blocks.SIZE, row, 0, there);
      rows.row(firstBlock + from, row);
    }
  }
}
