package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Aad;
import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Encrypts neighbouring blocks of a file into new slots, with one write to the host for each row of
 * slots. What was there before is not touched. Any thread.
 */
final class Sealing {
  /**
   * Blocks that lie on the disk and that nobody refers to yet.
   *
   * @param rows their descriptors
   */
  record Row(long block, byte[] rows, List<Slots.Run> runs) {
    int count() {
      return rows.length / Blocks.SIZE;
    }

    long slots() {
      long all = 0;
      for (Slots.Run run : runs) all += run.count();
      return all;
    }
  }

  /** What a block may take in a full volume. */
  @FunctionalInterface
  interface Claims {
    /** How many slots were set aside for it; 0 when it gives back as many, -1 for none. */
    int of(long block, int needed);
  }

  private final VolumeFile volume;
  private final Slots slots;
  private final int block;
  private final ConcurrentLinkedQueue<byte[][]> buffers = new ConcurrentLinkedQueue<>();

  Sealing(VolumeFile volume, Slots slots, int block) {
    this.volume = volume;
    this.slots = slots;
    this.block = block;
  }

  /**
   * Stores the next {@code length} bytes of {@code plain} from a block on; only the last block may
   * be short.
   */
  Row seal(long ino, long first, ByteBuffer plain, int length, Claims claims) {
    int count = (length + block - 1) / block;
    byte[] rows = new byte[count * Blocks.SIZE];
    var runs = new ArrayList<Slots.Run>(1);
    byte[][] buffer = buffers.poll();
    if (buffer == null || buffer[0].length < length + Gcm.TAG)
      buffer = new byte[][] {new byte[Math.max(length, 1 << 20) + Gcm.TAG], new byte[block]};
    boolean done = false;
    try {
      int perBlock = Slots.count(block);
      for (int from = 0; from < count; ) {
        int rest = length - from * block;
        int least = Slots.count(Math.min(rest, block));
        Slots.Run run = slots.take(Slots.count(rest), least);
        if (run.count() == 0) run = claimed(first + from, least, claims);
        int fits = run.count() == Slots.count(rest) ? count - from : run.count() / perBlock;
        int bytes = Math.min(rest, fits * block);
        if (Slots.count(bytes) < run.count()) run = slots.shrink(run, Slots.count(bytes));
        runs.add(run);
        encrypt(ino, first + from, run.slot(), plain, bytes, buffer, rows, from);
        volume.file(false).write(run.slot() * Slots.SLOT, buffer[0], 0, bytes);
        from += fits;
      }
      done = true;
      return new Row(first, rows, runs);
    } finally {
      if (!done) for (Slots.Run run : runs) slots.giveUp(run);
      buffers.add(buffer);
    }
  }

  /** Slots of one block in a full volume, which it has a claim to or which it gives back. */
  private Slots.Run claimed(long number, int needed, Claims claims) {
    int promised = claims.of(number, needed);
    Slots.Run run = promised < 0 ? new Slots.Run(0, 0) : slots.replace(needed, promised);
    if (run.count() == 0) throw new Content.NoSlots();
    return run;
  }

  private void encrypt(
      long ino,
      long first,
      long slot,
      ByteBuffer plain,
      int bytes,
      byte[][] buffer,
      byte[] rows,
      int row) {
    Gcm data = volume.current().data();
    int count = (bytes + block - 1) / block;
    long counter = data.take(count);
    byte[] out = buffer[0];
    for (int i = 0; i < count; i++) {
      int length = Math.min(block, bytes - i * block);
      byte[] aad = Aad.data(volume.uuid(false), ino, first + i);
      if (plain.hasArray()) {
        int from = plain.arrayOffset() + plain.position();
        data.seal(counter + i, aad, plain.array(), from, length, out, i * block);
        plain.position(plain.position() + length);
      } else {
        plain.get(buffer[1], 0, length);
        data.seal(counter + i, aad, buffer[1], 0, length, out, i * block);
      }
      long at = slot + (long) i * Slots.count(block);
      // The tag behind the ciphertext goes to the descriptor; the next block covers it.
      Blocks.put(
          rows,
          (row + i) * Blocks.SIZE,
          at,
          length,
          data.epoch(),
          counter + i,
          out,
          i * block + length);
    }
  }

  void settled(Row row) {
    for (Slots.Run run : row.runs()) slots.settled(run.slot());
  }

  void giveUp(Row row) {
    for (Slots.Run run : row.runs()) slots.giveUp(run);
  }
}
