package dev.theca.sealfs.disk;

import dev.theca.sealfs.disk.Slots.Run;
import java.util.Arrays;

/**
 * A bit for each slot of a volume's file, set when it is taken, and the search for rows of free
 * ones. It grows with the highest slot that was ever taken. Guarded by its owner.
 */
final class SlotMap {
  static final long[] NONE = {};
  private static final int GROUP_WORDS = 64;
  private static final int GROUP = GROUP_WORDS * 64;

  /** Groups that are looked through for one row. */
  private static final int LOOKS = 64;

  private long[] taken = new long[GROUP_WORDS];
  private int[] freeInGroup = new int[1];

  /** No row of free slots inside a group is longer; it may well be shorter. */
  private int[] longestInGroup = {GROUP};

  private long end;
  private long free;
  private long cursor;

  /** One behind the last slot that was ever taken. */
  long end() {
    return end;
  }

  long used() {
    return end - free;
  }

  boolean isTaken(long slot) {
    int word = (int) (slot >>> 6);
    return slot < end && (taken[word] & 1L << (slot & 63)) != 0;
  }

  /** All bits as they are now, for one who changes them. */
  long[] bits() {
    return taken.clone();
  }

  /** The next search begins there, when it would begin behind it. */
  void startAt(long slot) {
    cursor = Math.min(cursor, slot);
  }

  /**
   * The next row that is long enough; else the longest, unless that is a small part of it; count 0
   * when there is none.
   *
   * @param not slots that count as taken too
   */
  Run find(int want, int least, long[] not) {
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
      if (run.count() >= want) return found(run);
    }
    int best = 0;
    for (int group = 1; group < groups; group++) if (atMost(group) > atMost(best)) best = group;
    if (atMost(best) < Math.max(least, want / 4)) return new Run(0, 0);
    Run run = longest(best, 0, want, not);
    return run.count() < Math.max(least, want / 4) ? new Run(0, 0) : found(run);
  }

  private int atMost(int group) {
    return Math.min(freeInGroup[group], longestInGroup[group]);
  }

  private Run found(Run run) {
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

  void mark(long slot, int count) {
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

  void unmark(long slot, int count) {
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
}
