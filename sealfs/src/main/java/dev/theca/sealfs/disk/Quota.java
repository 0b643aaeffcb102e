package dev.theca.sealfs.disk;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many slots a volume may take, and what counts against that besides the slots that are taken:
 * records in memory that no checkpoint has written yet (with them the content of small files), and
 * what fallocate(2) was promised. Without a limit nothing is ever lacking. A checkpoint is never
 * refused for it: what it writes anew takes room twice until it is durable, or a full volume could
 * not be emptied. Any thread.
 */
public final class Quota {
  /** A full chunk of 64 KiB takes 17 slots. */
  private static final int CHUNK_SLOTS = 17;

  private volatile long limit = Long.MAX_VALUE;
  private volatile long reserve;

  /** Bytes by which records in memory have grown since the last checkpoint; they may shrink. */
  private final AtomicLong unwritten = new AtomicLong();

  /** Of what was unwritten: bytes that a checkpoint is writing. */
  private volatile long beingWritten;

  /** Slots that this checkpoint has taken: until it is durable, those of the last one count. */
  private volatile long passing;

  private final AtomicLong promised = new AtomicLong();

  /**
   * Bounds how many slots are taken at once.
   *
   * @param kept of these for metadata, and for what is written over in a full volume
   */
  public void limit(long slots, long kept) {
    limit = slots;
    reserve = kept;
  }

  /** Whether there is a limit; else nothing needs to be promised. */
  public boolean isLimited() {
    return limit != Long.MAX_VALUE;
  }

  /** Slots that content may still take. */
  long left(long used) {
    return limit - reserve - used - claims();
  }

  /** For records: half of the reserve too, so that what is full can be renamed and removed. */
  long leftForRecords(long used) {
    return limit - reserve / 2 - used - claims();
  }

  /** For what gives slots back when it is done: all of the reserve, and what it was promised. */
  long leftToReplace(long used, long ofThePromised) {
    return limit - used - claims() + Math.min(ofThePromised, promised.get());
  }

  /** Slots that count although they are not taken, and without those that do not count yet. */
  long claims() {
    return Math.max(0, records(unwritten.get() + beingWritten)) + promised.get() - passing;
  }

  private static long records(long bytes) {
    return (bytes * CHUNK_SLOTS + ChunkRef.CHUNK - 1) / ChunkRef.CHUNK;
  }

  /** A record became longer, or shorter. */
  public void grew(int bytes) {
    if (bytes != 0) unwritten.addAndGet(bytes);
  }

  /** Whether records have become so much shorter that a checkpoint makes room. */
  public boolean hasShrunk() {
    return unwritten.get() + beingWritten <= -Slots.SLOT;
  }

  /** A checkpoint begins to write all records; how much they had grown. */
  public long writing() {
    long all = unwritten.getAndSet(0);
    beingWritten = all;
    return all;
  }

  /** The checkpoint has taken slots. */
  synchronized void passing(int slots) {
    passing += slots;
  }

  /** The checkpoint is durable, and its slots say what its records take. */
  public synchronized void written() {
    beingWritten = 0;
    passing = 0;
  }

  /** The checkpoint failed: what it was to write is unwritten again. */
  public synchronized void notWritten(long all) {
    beingWritten = 0;
    passing = 0;
    unwritten.addAndGet(all);
  }

  /** Sets slots aside, or gives them back. */
  void promise(long slots) {
    promised.addAndGet(slots);
  }
}
