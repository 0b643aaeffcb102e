package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Little;
import dev.theca.sealfs.disk.Slots;
import java.util.Arrays;

/** Block descriptors in a row, 32 bytes each (FORMAT.md, "Block descriptor"). */
public final class Blocks {
  public static final int SIZE = 32;
  private static final long IN_BASE = 0x8000;
  private static final long SLOT = 0xFFFF_FFFF_FFFFL;
  private static final int EPOCH = 0x7FFF;

  private Blocks() {}

  /** Where one block lies, and what proves it. */
  public record Place(
      long slot, int length, int epoch, boolean inBase, long counter, byte[] table, int tagAt) {}

  /** The slot of a descriptor; 0 is a hole. */
  public static long slot(byte[] table, int index) {
    int at = index * SIZE;
    return at + SIZE > table.length ? 0 : Little.at(table, at) & SLOT;
  }

  public static int length(byte[] table, int index) {
    int length = (int) (Little.at(table, index * SIZE) >>> 48);
    return length == 0 ? 1 << 16 : length;
  }

  public static Place get(byte[] table, int index) {
    int at = index * SIZE;
    long place = Little.at(table, at);
    long nonce = Little.at(table, at + 8);
    return new Place(
        place & SLOT,
        length(table, index),
        (int) nonce & EPOCH,
        (nonce & IN_BASE) != 0,
        nonce >>> 16,
        table,
        at + 16);
  }

  /** A descriptor of this volume; {@code tag} are 16 bytes at {@code tagAt}. */
  public static void put(
      byte[] into, int at, long slot, int length, int epoch, long counter, byte[] tag, int tagAt) {
    Little.put(into, at, slot & SLOT | (long) (length & 0xFFFF) << 48);
    Little.put(into, at + 8, epoch & EPOCH | counter << 16);
    System.arraycopy(tag, tagAt, into, at + 16, 16);
  }

  /** Marks every block as one of the base, when its chunk lies there. */
  static byte[] markInBase(byte[] table) {
    for (int at = 0; at + SIZE <= table.length; at += SIZE)
      if (slot(table, at / SIZE) != 0)
        Little.put(table, at + 8, Little.at(table, at + 8) | IN_BASE);
    return table;
  }

  /** Gives a descriptor its slot. */
  static void move(byte[] table, int index, long slot) {
    int at = index * SIZE;
    Little.put(table, at, Little.at(table, at) & ~SLOT | slot);
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
