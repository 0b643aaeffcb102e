package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Damaged;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the blocks of a file lie: up to 64 descriptors in one row, more of them in pages that are
 * loaded when they are needed and may be dropped while they are unchanged. Reading is guarded by
 * the inode's lock, changing by its write lock; loading and dropping pages by this object.
 */
public final class Extents {
  /** Descriptors that an inode record holds itself. */
  public static final int INLINE = 64;

  /** Descriptors of one page, which is one chunk of kind EXTENT. */
  public static final int PER_PAGE = 2048;

  /** Where pages come from that are not in memory; an empty row when there is none. */
  public interface Source {
    byte[] load(long firstBlock) throws Damaged;

    /** So many more pages are in memory. */
    void count(int pages);
  }

  private byte[] small = Inode.NOTHING;
  private @Nullable TreeMap<Long, ExtentPage> pages;

  /** From which block on chunks of the last checkpoint count no more. */
  private long cut = Long.MAX_VALUE;

  private long cutWriting = Long.MAX_VALUE;

  /** From which block on the journal must drop descriptors before it adds new ones. */
  private long cutJournal = Long.MAX_VALUE;

  /** Whether descriptors lie in pages. */
  boolean isLarge() {
    return pages != null;
  }

  void setLarge() {
    if (pages == null) pages = new TreeMap<>();
  }

  byte[] small() {
    return small;
  }

  void setSmall(byte[] table) {
    small = table;
  }

  private TreeMap<Long, ExtentPage> pages() {
    if (pages == null) throw new IllegalStateException("no pages");
    return pages;
  }

  /** Where a block lies; null for a hole. */
  Blocks.@Nullable Place get(long block, Source source) throws Damaged {
    byte[] table = small;
    int index = (int) block;
    if (pages != null) {
      table = page(block / PER_PAGE, source, false).table;
      index = (int) (block % PER_PAGE);
    } else if (block >= INLINE) {
      return null;
    }
    return Blocks.slot(table, index) == 0 ? null : Blocks.get(table, index);
  }

  private synchronized ExtentPage page(long number, Source source, boolean toChange)
      throws Damaged {
    ExtentPage page = pages().get(number);
    if (page == null) {
      long first = number * PER_PAGE;
      boolean stale = first >= cut || first >= cutWriting;
      byte[] loaded = stale ? Inode.NOTHING : source.load(first);
      if (loaded.length % Blocks.SIZE != 0 || loaded.length > PER_PAGE * Blocks.SIZE)
        throw new Damaged("descriptors of " + loaded.length + " bytes");
      page = new ExtentPage(loaded);
      pages().put(number, page);
      source.count(1);
    }
    if (toChange) page.dirty = true;
    return page;
  }

  /**
   * Replaces descriptors of a row of blocks; what was there goes to {@code old}.
   *
   * @param rows descriptors, 32 bytes each
   */
  void set(long block, byte[] rows, Source source, BiConsumer<byte[], Integer> old) throws Damaged {
    int count = rows.length / Blocks.SIZE;
    if (pages == null && block + count > INLINE) spill(source);
    if (pages == null) {
      // Readers may hold the row, so it is replaced and not changed.
      byte[] now = Blocks.grown(small.clone(), (int) block + count);
      for (int i = 0; i < count; i++) {
        int index = (int) block + i;
        if (Blocks.slot(small, index) != 0) old.accept(small, index);
        System.arraycopy(rows, i * Blocks.SIZE, now, index * Blocks.SIZE, Blocks.SIZE);
      }
      small = now;
      return;
    }
    for (int i = 0; i < count; i++) {
      ExtentPage page = page((block + i) / PER_PAGE, source, true);
      int index = (int) ((block + i) % PER_PAGE);
      if (Blocks.slot(page.table, index) != 0) old.accept(page.table, index);
      page.put(index, rows, i);
    }
  }

  /** Loads what {@link #set} of so many blocks would load; it stays until it is written. */
  void ready(long block, int count, Source source) throws Damaged {
    if (pages == null) return;
    for (long number = block / PER_PAGE; number <= (block + count - 1) / PER_PAGE; number++) {
      ExtentPage unused = page(number, source, true);
    }
  }

  /** From one row to pages: all descriptors count as changed. */
  private void spill(Source source) {
    var page = new ExtentPage(small);
    page.changeAll();
    small = Inode.NOTHING;
    var made = new TreeMap<Long, ExtentPage>();
    made.put(0L, page);
    pages = made;
    source.count(1);
    cut = 0; // nothing on the disk belongs to it
  }

  /** Blocks from {@code blocks} on are holes now; {@code stored} says which pages the disk has. */
  synchronized void cut(
      long blocks, Iterable<Long> stored, Source source, BiConsumer<byte[], Integer> old)
      throws Damaged {
    if (pages == null) {
      int keep = (int) Math.min(blocks, small.length / Blocks.SIZE);
      for (int i = keep; i < small.length / Blocks.SIZE; i++)
        if (Blocks.slot(small, i) != 0) old.accept(small, i);
      small = Arrays.copyOf(small, keep * Blocks.SIZE);
      return;
    }
    long firstPage = blocks / PER_PAGE;
    for (long first : stored)
      if (first / PER_PAGE >= firstPage) {
        ExtentPage unused = page(first / PER_PAGE, source, false);
      }
    for (Map.Entry<Long, ExtentPage> entry : pages().tailMap(firstPage, true).entrySet()) {
      ExtentPage page = entry.getValue();
      int from = entry.getKey() == firstPage ? (int) (blocks % PER_PAGE) : 0;
      for (int i = from; i < page.table.length / Blocks.SIZE; i++)
        if (Blocks.slot(page.table, i) != 0) old.accept(page.table, i);
    }
    int before = pages().size();
    pages().tailMap(firstPage, false).clear();
    source.count(pages().size() - before);
    ExtentPage edge = pages().get(firstPage);
    if (edge != null) edge.cut((int) (blocks % PER_PAGE));
    long behind = blocks % PER_PAGE == 0 ? blocks : (firstPage + 1) * PER_PAGE;
    cut = Math.min(cut, behind);
    cutJournal = Math.min(cutJournal, blocks);
    if (blocks == 0) {
      source.count(-pages().size());
      pages = null;
      small = Inode.NOTHING;
      cut = 0;
    }
  }

  /** The first block at or behind one that holds data, or MAX_VALUE. */
  long nextData(long block, long end, Iterable<Long> stored, Source source) throws Damaged {
    if (pages == null) {
      for (long at = block; at < small.length / Blocks.SIZE; at++)
        if (Blocks.slot(small, (int) at) != 0) return at;
      return Long.MAX_VALUE;
    }
    var numbers = new java.util.TreeSet<Long>();
    for (long first : stored) numbers.add(first / PER_PAGE);
    synchronized (this) {
      numbers.addAll(pages().keySet());
    }
    for (long number : numbers.tailSet(block / PER_PAGE)) {
      if (number * PER_PAGE >= end) break;
      byte[] table = page(number, source, false).table;
      long from = Math.max(block, number * PER_PAGE);
      for (long at = from; at < (number + 1) * PER_PAGE; at++) {
        int index = (int) (at % PER_PAGE);
        if ((index + 1) * Blocks.SIZE > table.length) break;
        if (Blocks.slot(table, index) != 0) return at;
      }
    }
    return Long.MAX_VALUE;
  }

  /** Visits all descriptors that are no hole. */
  void each(Iterable<Long> stored, Source source, BiConsumer<byte[], Integer> what) throws Damaged {
    if (pages == null) {
      for (int i = 0; i < small.length / Blocks.SIZE; i++)
        if (Blocks.slot(small, i) != 0) what.accept(small, i);
      return;
    }
    var numbers = new java.util.TreeSet<Long>();
    for (long first : stored) numbers.add(first / PER_PAGE);
    synchronized (this) {
      numbers.addAll(pages().keySet());
    }
    for (long number : numbers) {
      byte[] table = page(number, source, false).table;
      for (int i = 0; i < table.length / Blocks.SIZE; i++)
        if (Blocks.slot(table, i) != 0) what.accept(table, i);
    }
  }

  // What the journal and the checkpoint take. Nothing changes meanwhile: they hold the gate.

  /** From which block on descriptors were dropped since the last commit; MAX_VALUE for none. */
  long takeCutJournal() {
    long at = cutJournal;
    cutJournal = Long.MAX_VALUE;
    return at;
  }

  /** Rows of descriptors that changed since the last commit. */
  @FunctionalInterface
  interface Rows {
    void row(long firstBlock, byte[] descriptors);
  }

  synchronized void takeChanged(Rows rows) {
    if (pages == null) return;
    pages.forEach((number, page) -> page.takeChanged(number * PER_PAGE, rows));
  }

  /** A page that a checkpoint writes; an empty table means there is none any more. */
  record Dirty(long firstBlock, byte[] table) {}

  /** Takes the pages that changed since the last checkpoint; until {@link #written} they stay. */
  synchronized java.util.List<Dirty> takeDirty() {
    cutWriting = cut;
    cut = Long.MAX_VALUE;
    var dirty = new java.util.ArrayList<Dirty>();
    if (pages == null) return dirty;
    for (Map.Entry<Long, ExtentPage> entry : pages.entrySet()) {
      ExtentPage page = entry.getValue();
      if (!page.dirty) continue;
      page.dirty = false;
      page.writing = true;
      byte[] table = Blocks.isEmpty(page.table) ? Inode.NOTHING : page.table.clone();
      dirty.add(new Dirty(entry.getKey() * PER_PAGE, table));
    }
    return dirty;
  }

  /**
   * From which block on pages of the state before do not count, in the checkpoint being written.
   */
  long cutWriting() {
    return cutWriting;
  }

  /** The checkpoint is durable, its references are known. */
  synchronized void written() {
    cutWriting = Long.MAX_VALUE;
    if (pages != null) for (ExtentPage page : pages.values()) page.writing = false;
  }

  /** The checkpoint failed: what it had taken is dirty again. */
  synchronized void notWritten() {
    cut = Math.min(cut, cutWriting);
    cutWriting = Long.MAX_VALUE;
    if (pages == null) return;
    for (ExtentPage page : pages.values()) {
      if (page.writing) page.dirty = true;
      page.writing = false;
    }
  }

  /** Drops pages that the disk has as they are. */
  synchronized void drop(Source source) {
    if (pages == null) return;
    int before = pages.size();
    pages.values().removeIf(ExtentPage::isClean);
    source.count(pages.size() - before);
  }
}
