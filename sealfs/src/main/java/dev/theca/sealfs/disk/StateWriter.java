package dev.theca.sealfs.disk;

import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.SealfsException;
import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Writes one state of a volume: fresh chunks, the table of space, the index over all references,
 * the salt table, and then the superblock that makes it the state that counts. Until that last
 * write nothing that the state before refers to is touched.
 */
public final class StateWriter {
  private static final int PER_INDEX = ChunkRef.CHUNK / ChunkRef.SIZE;

  /** Slots of an index or space chunk, whatever its length: so its size never depends on itself. */
  private static final int WHOLE = slotsFor(ChunkRef.CHUNK);

  /** A chunk that is to be written. */
  public record Fresh(int kind, long key, long key2, byte[] plain) {
    ChunkRef.Key sortKey() {
      return new ChunkRef.Key(kind, key, key2);
    }
  }

  /** What goes into the superblock besides what this class finds out. */
  public record Head(
      int log,
      long nextIno,
      Anchor contained,
      long usedInodes,
      long quotaBytes,
      long quotaInodes,
      boolean isBase) {}

  /** The references of the state that counts now, and what of the old one is free. */
  public record Written(NavigableMap<ChunkRef.Key, ChunkRef> leaves, List<Slots.Run> dead) {}

  private final VolumeFile volume;
  private final Slots slots;
  private final SlotPicture picture;
  private final List<Slots.Run> taken = new ArrayList<>();
  private final List<Slots.Run> tops = new ArrayList<>();

  public StateWriter(VolumeFile volume, Slots slots, SlotPicture picture) {
    this.volume = volume;
    this.slots = slots;
    this.picture = picture;
  }

  /** What must hold before the superblock may name the state; it may block, or throw. */
  @FunctionalInterface
  public interface Gate {
    void await();
  }

  /**
   * Writes the state.
   *
   * @param leaves references that stay; those of space and index are ignored
   * @param old slots of chunks and tables of the state before, free when this returns
   */
  public Written write(
      NavigableMap<ChunkRef.Key, ChunkRef> leaves,
      List<Fresh> fresh,
      Collection<Slots.Run> old,
      Head head,
      Gate gate) {
    boolean mayBeNamed = false;
    try {
      for (Slots.Run run : old) picture.clear(run.slot(), run.count());
      var all = new TreeMap<>(leaves);
      all.keySet().removeIf(key -> key.kind() == ChunkRef.SPACE);
      Slots.Run salts = place((int) volume.salts().slots());
      for (Fresh chunk : fresh) {
        ChunkRef ref = put(chunk, place(slotsFor(chunk.plain().length)));
        all.put(ref.sortKey(), ref);
      }
      if (!head.isBase()) space(all);
      List<ChunkRef> index = new ArrayList<>();
      ChunkRef top = index(List.copyOf(all.values()), index);
      byte[] table = volume.salts().bytes();
      volume.file(false).write(salts.slot() * Slots.SLOT, table, 0, table.length);
      volume.file(false).sync();
      gate.await();
      var dead = dead(index, salts);
      mayBeNamed = true;
      superblock(head, top, salts);
      slots.release(List.copyOf(old));
      for (Slots.Run run : taken) slots.settled(run.slot());
      return new Written(all, dead);
    } finally {
      slots.pictured();
      if (!mayBeNamed) for (Slots.Run run : taken) slots.giveUp(run);
    }
  }

  /** What the next state frees of this one besides chunks that it replaces. */
  private static List<Slots.Run> dead(List<ChunkRef> index, Slots.Run salts) {
    var dead = new ArrayList<Slots.Run>();
    for (ChunkRef ref : index) dead.add(run(ref));
    dead.add(salts);
    return dead;
  }

  /** The slots of a chunk. */
  public static Slots.Run run(ChunkRef ref) {
    boolean whole = ref.kind() == ChunkRef.INDEX || ref.kind() == ChunkRef.SPACE;
    return new Slots.Run(ref.slot(), whole ? WHOLE : slotsFor(ref.length() - Gcm.TAG));
  }

  private static int slotsFor(int plain) {
    return Slots.count(plain + Gcm.TAG);
  }

  private Slots.Run place(int count) {
    Slots.Run run = slots.takeMeta(count);
    taken.add(run);
    picture.set(run.slot(), run.count());
    return run;
  }

  /** Slots for the table of space are taken before it is written, so that it tells of itself. */
  private void space(NavigableMap<ChunkRef.Key, ChunkRef> all) {
    var places = new ArrayList<Slots.Run>();
    do {
      while (places.size() < picture.chunks()) places.add(place(WHOLE));
      while (tops.size() < indexChunks(all.size() + places.size())) tops.add(place(WHOLE));
    } while (places.size() < picture.chunks());
    for (int chunk = 0; chunk < places.size(); chunk++) {
      long first = (long) chunk * Slots.PER_CHUNK;
      ChunkRef ref =
          put(new Fresh(ChunkRef.SPACE, first, 0, picture.bits(chunk)), places.get(chunk));
      all.put(ref.sortKey(), ref);
    }
  }

  private static int indexChunks(int references) {
    int chunks = 0;
    for (int level = references; ; level = (level + PER_INDEX - 1) / PER_INDEX) {
      int here = Math.max(1, (level + PER_INDEX - 1) / PER_INDEX);
      chunks += here;
      if (here == 1) return chunks;
    }
  }

  private ChunkRef index(List<ChunkRef> references, List<ChunkRef> made) {
    var level = new ArrayList<ChunkRef>();
    for (int at = 0; at == 0 || at < references.size(); at += PER_INDEX) {
      var out = new ByteArrayOutputStream();
      var part = references.subList(at, Math.min(references.size(), at + PER_INDEX));
      for (ChunkRef ref : part) out.writeBytes(ref.bytes());
      ChunkRef first = part.getFirst();
      var chunk = new Fresh(ChunkRef.INDEX, first.key(), first.key2(), out.toByteArray());
      Slots.Run place = tops.isEmpty() ? place(WHOLE) : tops.removeFirst();
      level.add(put(chunk, place));
    }
    made.addAll(level);
    return level.size() == 1 ? level.getFirst() : index(level, made);
  }

  private ChunkRef put(Fresh chunk, Slots.Run place) {
    Gcm meta = volume.current().meta();
    long counter = meta.take(1);
    byte[] plain = chunk.plain();
    int length = plain.length + Gcm.TAG;
    byte[] sealed = new byte[length];
    meta.seal(
        counter,
        Aad.chunk(volume.uuid(false), chunk.kind(), chunk.key(), chunk.key2()),
        plain,
        0,
        plain.length,
        sealed,
        0);
    long offset = place.slot() * Slots.SLOT;
    volume.file(false).write(offset, sealed, 0, length);
    byte[] hash = Digest.hasher("sha256").digest(sealed);
    return new ChunkRef(
        chunk.kind(),
        meta.epoch(),
        false,
        length,
        offset,
        counter,
        chunk.key(),
        chunk.key2(),
        hash);
  }

  private void superblock(Head head, ChunkRef top, Slots.Run salts) {
    Superblock before = volume.superblock();
    var now =
        new Superblock(
            before.uuid(),
            head.isBase(),
            before.baseUuid(),
            before.baseRoot(),
            before.blockLog2(),
            before.generation() + 1,
            volume.salts().count(),
            head.log(),
            salts.slot() * Slots.SLOT,
            head.nextIno(),
            picture.end(),
            head.contained().sequence(),
            head.contained().chain(),
            top,
            picture.used() * Slots.SLOT,
            head.usedInodes(),
            head.quotaBytes(),
            head.quotaInodes(),
            volume.salts().hash());
    byte[] block = now.encode(volume.keys());
    try {
      volume.file(false).write(now.place(), block, 0, block.length);
      volume.file(false).sync();
    } catch (SealfsException e) {
      // Lacking space or not: nobody knows which of the two states counts now.
      throw new SealfsException("cannot write the superblock: " + e.getMessage(), e);
    }
    volume.written(now, block);
  }
}
