package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Slots;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Block descriptors in a row, 32 bytes each (FORMAT.md, "Block descriptor"). */
public final class Blocks {
  public static final int SIZE = 32;
  private static final int IN_BASE = 0x8000;

  private Blocks() {}

  /** Where one block lies, and what proves it. */
  public record Place(
      long slot, int length, int epoch, boolean inBase, long counter, byte[] table, int tagAt) {}

  static ByteBuffer view(byte[] table) {
    return ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The slot of a descriptor; 0 is a hole. */
  public static long slot(byte[] table, int index) {
    int at = index * SIZE;
    return at + SIZE > table.length ? 0 : view(table).getLong(at) & 0xFFFF_FFFF_FFFFL;
  }

  public static int length(byte[] table, int index) {
    int length = Short.toUnsignedInt(view(table).getShort(index * SIZE + 6));
    return length == 0 ? 1 << 16 : length;
  }

  public static Place get(byte[] table, int index) {
    var view = view(table);
    int at = index * SIZE;
    int epoch = Short.toUnsignedInt(view.getShort(at + 8));
    return new Place(
        view.getLong(at) & 0xFFFF_FFFF_FFFFL,
        length(table, index),
        epoch & ~IN_BASE,
        (epoch & IN_BASE) != 0,
        view.getLong(at + 8) >>> 16,
        table,
        at + 16);
  }

  /** A descriptor of this volume; {@code tag} are 16 bytes at {@code tagAt}. */
  public static void put(
      byte[] into, int at, long slot, int length, int epoch, long counter, byte[] tag, int tagAt) {
    view(into)
        .putLong(at, slot & 0xFFFF_FFFF_FFFFL | (long) (length & 0xFFFF) << 48)
        .putLong(at + 8, epoch & 0x7FFFL | counter << 16);
    System.arraycopy(tag, tagAt, into, at + 16, 16);
  }

  /** Marks every block as one of the base, when its chunk lies there. */
  static byte[] markInBase(byte[] table) {
    var view = view(table);
    for (int at = 0; at + SIZE <= table.length; at += SIZE) {
      if (slot(table, at / SIZE) != 0)
        view.putShort(at + 8, (short) (view.getShort(at + 8) | IN_BASE));
    }
    return table;
  }

  /** Gives a descriptor its slot. */
  static void move(byte[] table, int index, long slot) {
    int at = index * SIZE;
    var view = view(table);
    view.putLong(at, view.getLong(at) & 0xFFFF_0000_0000_0000L | slot);
  }

  static boolean isEmpty(byte[] table) {
    for (int i = 0; i < table.length / SIZE; i++) if (slot(table, i) != 0) return false;
    return true;
  }

  /** Slots that all blocks of a row take. */
  static long slots(byte[] table) {
    long slots = 0;
    for (int i = 0; i < table.length / SIZE; i++)
      if (slot(table, i) != 0) slots += Slots.count(length(table, i));
    return slots;
  }

  static byte[] grown(byte[] table, int blocks) {
    if (blocks * SIZE <= table.length) return table;
    return Arrays.copyOf(table, blocks * SIZE);
  }
}
