package dev.theca.sealfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a metadata chunk lies and what it must hash to, 72 bytes (FORMAT.md, "Chunk reference").
 * {@code length} counts the ciphertext with its tag.
 */
record ChunkRef(
    int kind,
    int epoch,
    int length,
    long offset,
    long counter,
    long key,
    long key2,
    byte[] sha256) {
  static final int SIZE = 72;
  static final int INDEX = 1;
  static final int INODE = 2;
  static final int DIR = 3;
  static final int EXTENT = 4;
  static final int MAX_LENGTH = (1 << 16) + Sealer.TAG;

  byte[] bytes() {
    return ByteBuffer.allocate(SIZE)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) kind)
        .put((byte) 0)
        .putShort((short) epoch)
        .putInt(length)
        .putLong(offset)
        .putLong(counter)
        .putLong(key)
        .putLong(key2)
        .put(sha256)
        .array();
  }

  static ChunkRef read(ByteBuffer in) {
    int kind = in.get();
    in.get();
    int epoch = Short.toUnsignedInt(in.getShort());
    int length = in.getInt();
    long offset = in.getLong();
    long counter = in.getLong();
    long key = in.getLong();
    long key2 = in.getLong();
    byte[] hash = new byte[32];
    in.get(hash);
    return new ChunkRef(kind, epoch, length, offset, counter, key, key2, hash);
  }
}
