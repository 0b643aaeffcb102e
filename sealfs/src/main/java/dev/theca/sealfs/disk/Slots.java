package dev.theca.sealfs.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which 4 KiB slots of a volume's file are taken, a bit each. A slot that was freed stays taken
 * until what freed it is durable; a slot that was handed out and not published yet is known, so
 * that a picture of the state does not contain it. Any thread.
 */
public final class Slots {
  public static final int SLOT_LOG2 = 12;
  public static final int SLOT = 1 << SLOT_LOG2;

  /** Slots that one chunk of kind SPACE tells of. */
  static final int PER_CHUNK = ChunkRef.CHUNK * 8;

  private static final int GROUP_WORDS = 64;
  private static final int GROUP = GROUP_WORDS * 64;
  private static final long[] NONE = {};

  /** Groups that are looked through for one row. */
  private static final int LOOKS = 64;

  /** What content had since the last picture. */
  private long[] avoid = NONE;

  /** A row of slots. */
  public record Run(long slot, int count) {}

  private long[] taken = new long[GROUP_WORDS];
  private int[] freeInGroup = new int[1];

  /** No row of free slots inside a group is longer; it may well be shorter. */
  private int[] longestInGroup = {GROUP};

  private long end;
  private long free;
  private long cursor;
  private long limit = Long.MAX_VALUE;
  private long reserve;
  private long bound = 1L << 40;
  private final boolean immediate;
  private final Map<Long, Integer> inFlight = new HashMap<>();
  private List<Run> freed = new ArrayList<>();
  private long freedSlots;

  /**
   * An area whose first {@code taken} slots are taken for ever.
   *
   * @param immediate what is freed may be handed out at once: nothing is ever read again after a
   *     crash
   */
  public Slots(int taken, boolean immediate) {
    this.immediate = immediate;
    mark(0, taken);
  }

  /** Slots that so many bytes take. */
  public static int count(int bytes) {
    return (bytes + SLOT - 1) / SLOT;
  }

  /**
   * Bounds how many slots are taken at once.
   *
   * @param reserve of these for metadata only, so that a full volume can still be emptied
   */
  public synchronized void limit(long slots, long reserve) {
    this.limit = slots;
    this.reserve = reserve;
  }

  /** Slots that content may still take. */
  public synchronized long left() {
    return Math.max(0, limit - reserve - (end - free));
  }

  /**
   * A row of {@code want} slots for content, or a shorter one of at least {@code least} when there
   * is none; count 0 when the limit is reached. It counts as in flight until {@link #settled} or
   * {@link #giveUp}.
   */
  public synchronized Run take(int want, int least) {
    Run run = take(want, least, reserve, NONE);
    avoided(run);
    return run;
  }

  private void avoided(Run run) {
    if (avoid.length == 0 || run.count() == 0) return;
    int words = (int) ((run.slot() + run.count() + 63) >>> 6);
    if (words > avoid.length) avoid = Arrays.copyOf(avoid, words + (words >> 1));
    for (long at = run.slot(); at < run.slot() + run.count(); at++)
      avoid[(int) (at >>> 6)] |= 1L << (at & 63);
  }

  /**
   * A row for metadata, from what is reserved for it too. It is none that content had at any time
   * since the last picture: the journal that follows the state in the picture takes and frees it
   * once more when it is replayed.
   */
  synchronized Run takeMeta(int want) {
    return take(want, want, 0, avoid);
  }

  private Run take(int want, int least, long kept, long[] not) {
    long left = limit - kept - (end - free);
    if (left < least) return new Run(0, 0);
    Run run = find((int) Math.min(want, left), least, not);
    if (run.count() == 0) run = new Run(end, (int) Math.min(want, left));
    mark(run.slot(), run.count());
    inFlight.put(run.slot(), run.count());
    return run;
  }

  /** The next row that is long enough; else the longest, unless that is a small part of it. */
  private Run find(int want, int least, long[] not) {
    if (free < want) return new Run(0, 0);
    int groups = freeInGroup.length;
    int first = (int) (cursor / GROUP);
    int fitting = Math.min(want, GROUP);
    int looks = 0;
    for (int i = 0; i <= groups && looks < LOOKS; i++) {
      int group = (first + i) % groups;
      if (atMost(group) < fitting) continue;
      looks++;
      Run run = longest(group, i == 0 ? cursor : 0, want, not);
      if (run.count() >= want) return taken(run);
    }
    int best = 0;
    for (int group = 1; group < groups; group++) if (atMost(group) > atMost(best)) best = group;
    if (atMost(best) < Math.max(least, want / 4)) return new Run(0, 0);
    Run run = longest(best, 0, want, not);
    return run.count() < Math.max(least, want / 4) ? new Run(0, 0) : taken(run);
  }

  private int atMost(int group) {
    return Math.min(freeInGroup[group], longestInGroup[group]);
  }

  private Run taken(Run run) {
    cursor = run.slot() + run.count();
    return run;
  }

  /** The first row of {@code want} free slots in a group, else its longest. */
  private Run longest(int group, long start, int want, long[] not) {
    long begin = (long) group * GROUP;
    long from = Math.max(begin, start);
    long to = Math.min(end, begin + GROUP);
    Run best = new Run(0, 0);
    long at = from;
    while (at < to) {
      long first = nextFree(at, to, not);
      if (first >= to) break;
      long stop = nextTaken(first, Math.min(to, first + want), not);
      if (stop - first > best.count()) best = new Run(first, (int) (stop - first));
      if (best.count() >= want) return best;
      at = stop;
    }
    if (from == begin && not.length == 0) longestInGroup[group] = best.count();
    return best;
  }

  private long word(long slot, long[] not) {
    int index = (int) (slot >>> 6);
    return taken[index] | (index < not.length ? not[index] : 0);
  }

  private long nextFree(long from, long to, long[] not) {
    for (long at = from; at < to; at = (at & ~63) + 64) {
      long word = ~word(at, not) & -1L << (at & 63);
      if (word != 0) return Math.min(to, (at & ~63) + Long.numberOfTrailingZeros(word));
    }
    return to;
  }

  private long nextTaken(long from, long to, long[] not) {
    for (long at = from; at < to; at = (at & ~63) + 64) {
      long word = word(at, not) & -1L << (at & 63);
      if (word != 0) return Math.min(to, (at & ~63) + Long.numberOfTrailingZeros(word));
    }
    return to;
  }

  /** A row that was handed out belongs to the state now. */
  public synchronized void settled(long slot) {
    inFlight.remove(slot);
  }

  /** Gives back the end of a row in flight. */
  public synchronized Run shrink(Run run, int count) {
    unmark(run.slot() + count, run.count() - count);
    inFlight.put(run.slot(), count);
    return new Run(run.slot(), count);
  }

  /** A row that was handed out was not used. */
  public synchronized void giveUp(Run run) {
    inFlight.remove(run.slot());
    unmark(run.slot(), run.count());
  }

  /** No state refers to a row any more, once what is being done now is durable. */
  public synchronized void free(long slot, int count) {
    if (immediate) {
      unmark(slot, count);
      cursor = Math.min(cursor, slot);
      return;
    }
    freed.add(new Run(slot, count));
    freedSlots += count;
  }

  /** Slots that wait for the next commit to become free. */
  public synchronized long waiting() {
    return freedSlots;
  }

  /** What was freed until now; for {@link #release} when it is durable. */
  public synchronized List<Run> freed() {
    var all = freed;
    freed = new ArrayList<>();
    freedSlots = 0;
    return all;
  }

  /**
   * Rows may be handed out again, and are before others: the host has them in its cache, and its
   * file does not grow.
   */
  public synchronized void release(List<Run> rows) {
    for (Run run : rows) {
      unmark(run.slot(), run.count());
      cursor = Math.min(cursor, run.slot());
    }
  }

  /** Takes a row that a journal or a table names; false when it was taken. */
  public synchronized boolean reserve(long slot, int count) {
    if (slot < 0 || slot + count > bound) return false;
    boolean free = true;
    for (long at = slot; at < slot + count; at++) free &= at >= end || !isTaken(at);
    mark(slot, count);
    return free;
  }

  public synchronized boolean isTaken(long slot) {
    int word = (int) (slot >>> 6);
    return slot < end && (taken[word] & 1L << (slot & 63)) != 0;
  }

  private void mark(long slot, int count) {
    long before = end;
    grow(slot + count);
    // What lies between is free now, and makes rows longer than they were seen to be.
    for (long at = before; at < slot; at += GROUP - at % GROUP)
      longestInGroup[(int) (at / GROUP)] = GROUP;
    for (long at = slot; at < slot + count; at++) {
      long bit = 1L << (at & 63);
      int word = (int) (at >>> 6);
      if ((taken[word] & bit) != 0) continue;
      taken[word] |= bit;
      free--;
      freeInGroup[word / GROUP_WORDS]--;
    }
  }

  private void unmark(long slot, int count) {
    for (long at = slot; at < slot + count && at < end; at++) {
      long bit = 1L << (at & 63);
      int word = (int) (at >>> 6);
      if ((taken[word] & bit) == 0) continue;
      taken[word] &= ~bit;
      free++;
      freeInGroup[word / GROUP_WORDS]++;
      longestInGroup[word / GROUP_WORDS] = GROUP;
    }
  }

  private void grow(long slots) {
    if (slots <= end) return;
    int words = (int) ((slots + 63) >>> 6);
    if (words > taken.length) {
      int room = Math.max(words, taken.length + (taken.length >> 1));
      room = (room + GROUP_WORDS - 1) / GROUP_WORDS * GROUP_WORDS;
      taken = Arrays.copyOf(taken, room);
      int groups = freeInGroup.length;
      freeInGroup = Arrays.copyOf(freeInGroup, room / GROUP_WORDS);
      longestInGroup = Arrays.copyOf(longestInGroup, room / GROUP_WORDS);
      Arrays.fill(longestInGroup, groups, longestInGroup.length, GROUP);
    }
    for (long at = end; at < slots; at++) freeInGroup[(int) (at >>> 6) / GROUP_WORDS]++;
    free += slots - end;
    end = slots;
  }

  /** One behind the last slot that was ever taken since the file was last cut. */
  public synchronized long end() {
    return end;
  }

  /** Slots that are taken, waiting ones included. */
  public synchronized long used() {
    return end - free;
  }

  /** A picture of what is taken, without rows in flight and rows that wait. */
  public synchronized Picture picture() {
    var picture = new Picture(taken.clone(), end);
    inFlight.forEach(picture::clear);
    for (Run run : freed) picture.clear(run.slot(), run.count());
    avoid = taken.clone();
    return picture;
  }

  /**
   * No slot of what is loaded and replayed lies behind a file of so many bytes: what is taken was
   * written. The last chunk need not fill its slots.
   */
  public synchronized void bound(long fileBytes) {
    bound = (fileBytes >> SLOT_LOG2) + 1 + ChunkRef.CHUNK / SLOT + 1;
  }

  /** What the last picture shows is written, or given up. */
  synchronized void pictured() {
    avoid = NONE;
  }

  /** Takes the state of a chunk of kind SPACE; false when it tells of slots that cannot be. */
  public synchronized boolean load(long firstSlot, byte[] bits) {
    if (firstSlot < 0) return false;
    for (int i = 0; i < bits.length; i++) {
      if (bits[i] != 0 && firstSlot + i * 8L > bound) return false;
      for (int bit = 0; bit < 8; bit++) {
        if ((bits[i] & 1 << bit) != 0) mark(firstSlot + i * 8L + bit, 1);
      }
    }
    return true;
  }

  /** What is taken at one moment, to be written down. */
  public static final class Picture {
    private long[] taken;
    private long end;

    private Picture(long[] taken, long end) {
      this.taken = taken;
      this.end = end;
    }

    public void clear(long slot, int count) {
      for (long at = slot; at < slot + count && at < end; at++)
        taken[(int) (at >>> 6)] &= ~(1L << (at & 63));
    }

    public void set(long slot, int count) {
      if (slot + count > end) end = slot + count;
      int words = (int) ((end + 63) >>> 6);
      if (words > taken.length) taken = Arrays.copyOf(taken, words + 64);
      for (long at = slot; at < slot + count; at++) taken[(int) (at >>> 6)] |= 1L << (at & 63);
    }

    public long end() {
      return end;
    }

    public long used() {
      long used = 0;
      for (int i = 0; i < (end + 63) >>> 6; i++) used += Long.bitCount(taken[i]);
      return used;
    }

    /** Chunks that {@code slots} need. */
    static int chunks(long slots) {
      return (int) ((slots + PER_CHUNK - 1) / PER_CHUNK);
    }

    /** The bits of one chunk, a byte for eight slots, lowest bit first. */
    byte[] bits(int chunk) {
      long first = (long) chunk * PER_CHUNK;
      int bytes = (int) ((Math.min(PER_CHUNK, end - first) + 7) / 8);
      byte[] out = new byte[bytes];
      for (int i = 0; i < bytes; i++) {
        long slot = first + i * 8L;
        out[i] = (byte) (taken[(int) (slot >>> 6)] >>> (slot & 63));
      }
      return out;
    }
  }
}
