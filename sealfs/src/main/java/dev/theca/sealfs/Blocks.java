package dev.theca.sealfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The block descriptors of one file, 32 bytes each (FORMAT.md, "Block descriptor"): slot u48,
 * stored length u16, epoch u15 with bit 15 = "in the base", counter u48, tag 16. Slot 0 is a hole.
 */
final class Blocks {
  static final int SIZE = 32;
  private static final int IN_BASE = 0x8000;

  private byte[] table;
  private int count;

  Blocks() {
    this(new byte[0]);
  }

  Blocks(byte[] table) {
    this.table = table;
    this.count = table.length / SIZE;
  }

  int count() {
    return count;
  }

  byte[] bytes() {
    return Arrays.copyOf(table, count * SIZE);
  }

  /** Where a block lies; {@code slot} 0 means nowhere. */
  record Place(long slot, int length, int epoch, boolean inBase, long counter, byte[] tag) {}

  boolean isHole(long block) {
    return block >= count || slot((int) block) == 0;
  }

  private long slot(int block) {
    return view().getLong(block * SIZE) & 0xFFFF_FFFF_FFFFL;
  }

  Place get(long block) {
    int at = (int) block * SIZE;
    var view = view();
    int epoch = Short.toUnsignedInt(view.getShort(at + 8));
    return new Place(
        view.getLong(at) & 0xFFFF_FFFF_FFFFL,
        Short.toUnsignedInt(view.getShort(at + 6)),
        epoch & ~IN_BASE,
        (epoch & IN_BASE) != 0,
        view.getLong(at + 8) >>> 16,
        Arrays.copyOfRange(table, at + 16, at + 32));
  }

  void set(long block, Place place) {
    grow((int) block + 1);
    int at = (int) block * SIZE;
    view()
        .putLong(at, place.slot() & 0xFFFF_FFFF_FFFFL | (long) place.length() << 48)
        .putLong(at + 8, place.epoch() | (place.inBase() ? IN_BASE : 0) | place.counter() << 16)
        .put(at + 16, place.tag());
  }

  void clear(long block) {
    if (block < count) Arrays.fill(table, (int) block * SIZE, (int) block * SIZE + SIZE, (byte) 0);
  }

  /** Drops the descriptors from {@code blocks} on. */
  void truncate(long blocks) {
    if (blocks >= count) return;
    Arrays.fill(table, (int) blocks * SIZE, count * SIZE, (byte) 0);
    count = (int) blocks;
  }

  /** Marks every block as one of the base, when a tree that was read from it is used above it. */
  void markInBase() {
    var view = view();
    for (int i = 0; i < count; i++) {
      if (slot(i) != 0)
        view.putShort(i * SIZE + 8, (short) (view.getShort(i * SIZE + 8) | IN_BASE));
    }
  }

  private void grow(int blocks) {
    if (blocks <= count) return;
    if (blocks * SIZE > table.length)
      table = Arrays.copyOf(table, Math.max(blocks, count + (count >> 1) + 4) * SIZE);
    count = blocks;
  }

  private ByteBuffer view() {
    return ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
  }
}
