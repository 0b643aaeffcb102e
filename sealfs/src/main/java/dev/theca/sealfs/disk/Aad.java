package dev.theca.sealfs.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a tag binds besides the bytes (FORMAT.md, "Keys"): volume, place and kind. */
public final class Aad {
  private static final byte DATA = 1;
  private static final byte META = 2;

  private Aad() {}

  /** Of a data block: volume, inode, block number, 1. */
  public static byte[] data(byte[] uuid, long ino, long block) {
    byte[] aad = java.util.Arrays.copyOf(uuid, 33);
    Little.put(aad, 16, ino);
    Little.put(aad, 24, block);
    aad[32] = DATA;
    return aad;
  }

  /** Of a metadata chunk: volume, kind, key, key2, 2. */
  static byte[] chunk(byte[] uuid, int kind, long key, long key2) {
    return ByteBuffer.allocate(34)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(uuid)
        .put((byte) kind)
        .putLong(key)
        .putLong(key2)
        .put(META)
        .array();
  }
}
