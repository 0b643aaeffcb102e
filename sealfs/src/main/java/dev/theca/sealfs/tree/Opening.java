package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Aad;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.VolumeFile;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Reads blocks and checks their tags; neighbours on the disk with one read. Any thread. */
final class Opening {
  private static final int MAX = 1 << 20;
  private static final byte[] ZEROES = new byte[1 << 14];

  /** Where blocks lie. */
  @FunctionalInterface
  interface Places {
    Blocks.@Nullable Place get(long block) throws Damaged;
  }

  /** A block is not what was stored. */
  static final class Tampered extends Exception {
    private static final long serialVersionUID = 1L;

    private final long block;

    Tampered(long block) {
      super("block " + block, null, false, false);
      this.block = block;
    }

    long block() {
      return block;
    }
  }

  private final VolumeFile volume;
  private final int block;
  private final ConcurrentLinkedQueue<byte[][]> buffers = new ConcurrentLinkedQueue<>();

  Opening(VolumeFile volume, int block) {
    this.volume = volume;
    this.block = block;
  }

  static void zeroes(ByteBuffer into, long count) {
    for (long left = count; left > 0; ) {
      int n = (int) Math.min(left, ZEROES.length);
      into.put(ZEROES, 0, n);
      left -= n;
    }
  }

  /** The bytes from {@code offset} to before {@code end}, which is not behind the file's end. */
  void read(Inode inode, Places places, long offset, long end, ByteBuffer into)
      throws Damaged, Tampered {
    byte[][] buffer = buffers.poll();
    if (buffer == null) buffer = new byte[][] {new byte[MAX + Gcm.TAG], new byte[MAX + Gcm.TAG]};
    try {
      for (long at = offset; at < end; ) {
        long number = at / block;
        var place = places.get(number);
        if (place == null) {
          long next = Math.min(end, (number + 1) * block);
          zeroes(into, next - at);
          at = next;
        } else {
          at = run(inode, places, place, at, end, into, buffer);
        }
      }
    } finally {
      buffers.add(buffer);
    }
  }

  private long run(
      Inode inode,
      Places places,
      Blocks.Place first,
      long at,
      long end,
      ByteBuffer into,
      byte[][] buffer)
      throws Damaged, Tampered {
    long number = at / block;
    int most = (int) Math.min(MAX / block, (end + block - 1) / block - number);
    var row = new Blocks.Place[most];
    row[0] = first;
    int count = 1;
    int perBlock = Slots.count(block);
    while (count < most && row[count - 1].length() == block) {
      var next = places.get(number + count);
      if (next == null
          || next.inBase() != first.inBase()
          || next.slot() != first.slot() + (long) count * perBlock) break;
      row[count++] = next;
    }
    int last = row[count - 1].length();
    int bytes = (count - 1) * block + last;
    if (last > block
        || (first.inBase() && volume.base() == null)
        || !volume.file(first.inBase()).readFully(first.slot() * Slots.SLOT, buffer[0], 0, bytes))
      throw new Tampered(number + count - 1);
    for (int i = 0; i < count; i++) open(inode, number + i, row[i], buffer, i * block);
    long from = number * block;
    long stop = Math.min(end, from + (long) count * block);
    int there = (int) Math.clamp(from + bytes - at, 0, stop - at);
    into.put(buffer[1], (int) (at - from), there);
    zeroes(into, stop - at - there); // behind a short block that is not the last any more
    return stop;
  }

  private void open(Inode inode, long number, Blocks.Place place, byte[][] buffer, int at)
      throws Tampered {
    var cipher = volume.data(place.inBase(), place.epoch());
    byte[] sealed = buffer[0];
    int behind = at + place.length();
    long a = 0;
    for (int i = 0; i < 8; i++) a |= (sealed[behind + i] & 0xFFL) << 8 * i;
    long b = 0;
    for (int i = 8; i < 16; i++) b |= (sealed[behind + i] & 0xFFL) << 8 * (i - 8);
    System.arraycopy(place.table(), place.tagAt(), sealed, behind, Gcm.TAG);
    byte[] aad = Aad.data(volume.uuid(place.inBase()), inode.ino, number);
    boolean holds =
        cipher != null
            && cipher.open(
                place.counter(), aad, sealed, at, place.length() + Gcm.TAG, buffer[1], at);
    for (int i = 0; i < 8; i++) sealed[behind + i] = (byte) (a >>> 8 * i);
    for (int i = 8; i < 16; i++) sealed[behind + i] = (byte) (b >>> 8 * (i - 8));
    if (!holds) throw new Tampered(number);
  }
}
