package dev.theca.sealfs.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where a metadata chunk lies and what it must hash to, 72 bytes (FORMAT.md, "Chunk reference").
 *
 * @param kind {@link #INDEX} to {@link #SPACE}
 * @param inBase the chunk lies in the base's file
 * @param length of the ciphertext with its tag
 * @param offset in bytes
 */
public record ChunkRef(
    int kind,
    int epoch,
    boolean inBase,
    int length,
    long offset,
    long counter,
    long key,
    long key2,
    byte[] sha256) {
  public static final int SIZE = 72;
  public static final int INDEX = 1;
  public static final int INODE = 2;
  public static final int DIR = 3;
  public static final int EXTENT = 4;
  public static final int SPACE = 7;

  /** Bytes of plaintext in a chunk, at most. */
  public static final int CHUNK = 1 << 16;

  static final int MAX_LENGTH = CHUNK + Gcm.TAG;
  private static final int IN_BASE = 0x8000;

  /** What the references of an index are sorted by, as unsigned numbers. */
  public record Key(int kind, long key, long key2) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      if (kind != other.kind) return Integer.compare(kind, other.kind);
      if (key != other.key) return Long.compareUnsigned(key, other.key);
      return Long.compareUnsigned(key2, other.key2);
    }
  }

  public Key sortKey() {
    return new Key(kind, key, key2);
  }

  long slot() {
    return offset / Slots.SLOT;
  }

  /** The same chunk, seen from an upper. */
  public ChunkRef asInBase() {
    return new ChunkRef(kind, epoch, true, length, offset, counter, key, key2, sha256);
  }

  void put(ByteBuffer out) {
    out.put((byte) kind)
        .put((byte) 0)
        .putShort((short) (epoch | (inBase ? IN_BASE : 0)))
        .putInt(length)
        .putLong(offset)
        .putLong(counter)
        .putLong(key)
        .putLong(key2)
        .put(sha256);
  }

  byte[] bytes() {
    var out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    put(out);
    return out.array();
  }

  public static ChunkRef read(ByteBuffer in) {
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
    return new ChunkRef(
        kind, epoch & ~IN_BASE, (epoch & IN_BASE) != 0, length, offset, counter, key, key2, hash);
  }
}
