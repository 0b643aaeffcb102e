package dev.theca.sealfs.disk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands out the 4 KiB slots of a volume's file. A slot that was freed stays taken until what freed
 * it is durable; a slot that was handed out and not published yet is known, so that a picture of
 * the state does not contain it. Any thread.
 */
public final class Slots {
  public static final int SLOT_LOG2 = 12;
  public static final int SLOT = 1 << SLOT_LOG2;

  /** Slots that one chunk of kind SPACE tells of. */
  static final int PER_CHUNK = ChunkRef.CHUNK * 8;

  private static final Run NOTHING = new Run(0, 0);

  /** A row of slots. */
  public record Run(long slot, int count) {}

  private final SlotMap map = new SlotMap();
  private final Quota quota = new Quota();

  /** What content had since the last picture. */
  private long[] avoid = SlotMap.NONE;

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
    map.mark(0, taken);
  }

  /** Slots that so many bytes take. */
  public static int count(int bytes) {
    return (bytes + SLOT - 1) / SLOT;
  }

  /** What bounds them. */
  public Quota quota() {
    return quota;
  }

  /** Slots that content may still take. */
  public synchronized long left() {
    return Math.max(0, quota.left(map.used()));
  }

  /** Whether there is room for what belongs to metadata and was not counted yet. */
  public synchronized boolean hasRoomForRecords() {
    return quota.leftForRecords(map.used()) > 0;
  }

  /**
   * Sets slots aside that {@link #replace} may take; false when there are not so many.
   *
   * @param evenSo what they are for was there and is being freed
   */
  public synchronized boolean promise(long slots, boolean evenSo) {
    if (!evenSo && slots > quota.left(map.used())) return false;
    quota.promise(slots);
    return true;
  }

  /** Slots that were set aside are used, or needed no more. */
  public synchronized void redeem(long slots) {
    quota.promise(-slots);
  }

  /**
   * A row of {@code want} slots for content, or a shorter one of at least {@code least} when there
   * is none; count 0 when the limit is reached. It counts as in flight until {@link #settled} or
   * {@link #giveUp}.
   */
  public synchronized Run take(int want, int least) {
    return avoided(take(want, least, quota.left(map.used()), SlotMap.NONE));
  }

  /**
   * As {@link #take}, for content that frees as many slots when it is published, or for which
   * {@code promised} were set aside.
   */
  public synchronized Run replace(int want, long promised) {
    long left = quota.leftToReplace(map.used(), promised);
    return avoided(take(want, want, left, SlotMap.NONE));
  }

  private Run avoided(Run run) {
    if (avoid.length == 0 || run.count() == 0) return run;
    int words = (int) ((run.slot() + run.count() + 63) >>> 6);
    if (words > avoid.length) avoid = Arrays.copyOf(avoid, words + (words >> 1));
    for (long at = run.slot(); at < run.slot() + run.count(); at++)
      avoid[(int) (at >>> 6)] |= 1L << (at & 63);
    return run;
  }

  /**
   * A row for what a checkpoint writes, whatever the limit is. It is none that content had at any
   * time since the last picture: the journal that follows the state in the picture takes and frees
   * it once more when it is replayed.
   */
  synchronized Run takeMeta(int want) {
    Run run = take(want, want, Long.MAX_VALUE, avoid);
    quota.passing(run.count());
    return run;
  }

  private Run take(int want, int least, long left, long[] not) {
    if (left < least) return NOTHING;
    int most = (int) Math.min(want, left);
    Run run = map.find(most, least, not);
    if (run.count() == 0) run = new Run(map.end(), most);
    map.mark(run.slot(), run.count());
    inFlight.put(run.slot(), run.count());
    return run;
  }

  /** A row that was handed out belongs to the state now. */
  public synchronized void settled(long slot) {
    inFlight.remove(slot);
  }

  /** Gives back the end of a row in flight. */
  public synchronized Run shrink(Run run, int count) {
    map.unmark(run.slot() + count, run.count() - count);
    inFlight.put(run.slot(), count);
    return new Run(run.slot(), count);
  }

  /** A row that was handed out was not used. */
  public synchronized void giveUp(Run run) {
    inFlight.remove(run.slot());
    map.unmark(run.slot(), run.count());
  }

  /** No state refers to a row any more, once what is being done now is durable. */
  public synchronized void free(long slot, int count) {
    if (immediate) {
      map.unmark(slot, count);
      map.startAt(slot);
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
      map.unmark(run.slot(), run.count());
      map.startAt(run.slot());
    }
  }

  /** Takes a row that a journal or a table names; false when it was taken. */
  public synchronized boolean reserve(long slot, int count) {
    if (slot < 0 || slot + count > bound) return false;
    boolean free = true;
    for (long at = slot; at < slot + count; at++) free &= !map.isTaken(at);
    map.mark(slot, count);
    return free;
  }

  public synchronized boolean isTaken(long slot) {
    return map.isTaken(slot);
  }

  /** One behind the last slot that was ever taken since the file was last cut. */
  public synchronized long end() {
    return map.end();
  }

  /** Slots that are taken, waiting ones included. */
  public synchronized long used() {
    return map.used();
  }

  /** Those, and what counts against the quota without being taken yet. */
  public synchronized long usedOrClaimed() {
    return map.used() + quota.claims();
  }

  /** A picture of what is taken, without rows in flight and rows that wait. */
  public synchronized SlotPicture picture() {
    var picture = new SlotPicture(map.bits(), map.end());
    inFlight.forEach(picture::clear);
    for (Run run : freed) picture.clear(run.slot(), run.count());
    avoid = map.bits();
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
    avoid = SlotMap.NONE;
  }

  /** Takes the state of a chunk of kind SPACE; false when it tells of slots that cannot be. */
  public synchronized boolean load(long firstSlot, byte[] bits) {
    if (firstSlot < 0) return false;
    for (int i = 0; i < bits.length; i++) {
      if (bits[i] != 0 && firstSlot + i * 8L > bound) return false;
      for (int bit = 0; bit < 8; bit++) {
        if ((bits[i] & 1 << bit) != 0) map.mark(firstSlot + i * 8L + bit, 1);
      }
    }
    return true;
  }
}
