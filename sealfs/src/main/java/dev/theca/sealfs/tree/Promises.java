package dev.theca.sealfs.tree;

import java.util.Map;
import java.util.TreeMap;

/**
 * Blocks of one file that are holes, or shorter than they may become, and that slots are set aside
 * for (fallocate(2)): rows that neither touch nor overlap. It lives in memory only. Guarded by the
 * inode's lock.
 */
final class Promises {
  private final TreeMap<Long, Long> rows = new TreeMap<>();
  private final int perBlock;
  private volatile long slots;
  private long end;

  /** None yet; each block takes so many slots. */
  Promises(int perBlock) {
    this.perBlock = perBlock;
  }

  /** How many are set aside. Any thread. */
  long slots() {
    return slots;
  }

  /** No byte from there on was promised room. */
  long end() {
    return end;
  }

  void reach(long offset) {
    end = Math.max(end, offset);
  }

  void cut(long size) {
    end = Math.min(end, size);
  }

  boolean has(long block) {
    Map.Entry<Long, Long> row = rows.floorEntry(block);
    return row != null && row.getValue() > block;
  }

  /** How many of a row are not among them yet. */
  long lacking(long from, long behind) {
    long there = 0;
    Map.Entry<Long, Long> before = rows.floorEntry(from);
    if (before != null) there += Math.max(0, Math.min(before.getValue(), behind) - from);
    for (var row : rows.subMap(from, false, behind, false).entrySet())
      there += Math.min(row.getValue(), behind) - row.getKey();
    return behind - from - there;
  }

  /** Adds a row; how many of it are new. */
  long add(long from, long behind) {
    long more = lacking(from, behind);
    long first = from;
    long last = behind;
    Map.Entry<Long, Long> before = rows.floorEntry(from);
    if (before != null && before.getValue() >= from) {
      first = before.getKey();
      last = Math.max(last, before.getValue());
    }
    for (var row = rows.ceilingEntry(from); row != null && row.getKey() <= last; ) {
      last = Math.max(last, row.getValue());
      rows.remove(row.getKey());
      row = rows.ceilingEntry(from);
    }
    rows.put(first, last);
    slots += more * perBlock;
    return more;
  }

  /** Removes a row; how many of it there were. */
  long remove(long from, long behind) {
    long fewer = behind - from - lacking(from, behind);
    if (fewer == 0) return 0;
    Map.Entry<Long, Long> before = rows.lowerEntry(from);
    if (before != null && before.getValue() > from) {
      rows.put(before.getKey(), from);
      if (before.getValue() > behind) rows.put(behind, before.getValue());
    }
    for (var row = rows.ceilingEntry(from); row != null && row.getKey() < behind; ) {
      rows.remove(row.getKey());
      if (row.getValue() > behind) rows.put(behind, row.getValue());
      row = rows.ceilingEntry(from);
    }
    slots -= fewer * perBlock;
    return fewer;
  }
}
