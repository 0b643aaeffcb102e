package dev.theca.sealfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;

/**
 * The first 4 KiB of a base volume (FORMAT.md, "Superblock"). The root commitment of a volume is
 * the SHA-256 of bytes 0 to 511: they hold the identity of the volume, the salt and the reference
 * of the index root, whose hash commits to everything below.
 */
record Superblock(UUID uuid, byte[] salt, long nextIno, long bytes, long inodes, ChunkRef index) {
  static final int SIZE = 4096;
  static final int COMMITTED = 512;
  private static final byte[] MAGIC = {'S', 'E', 'A', 'L', 'F', 'S', 0, 1};
  private static final short VERSION = 1;
  private static final short FLAG_BASE = 1;

  byte[] committed() {
    var out = ByteBuffer.allocate(COMMITTED).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC)
        .putShort(VERSION)
        .putShort(FLAG_BASE)
        .put((byte) Volume.BLOCK_LOG2)
        .put((byte) 12)
        .put((byte) 16)
        .put((byte) 0);
    out.put(VolumeKeys.bytes(uuid));
    out.position(80);
    out.putLong(1).putInt(1); // generation, number of epochs
    out.position(112);
    out.putLong(nextIno);
    out.position(136);
    out.put(index.bytes());
    out.putLong(bytes).putLong(inodes);
    out.position(240);
    out.put(salt);
    return out.array();
  }

  byte[] encode(VolumeKeys keys) {
    byte[] committed = committed();
    return ByteBuffer.allocate(SIZE).put(committed).put(keys.superblockMac(committed)).array();
  }

  /** The volume's salt, which is public and needed before anything can be verified. */
  static byte[] salt(byte[] block) {
    return Arrays.copyOfRange(block, 240, 256);
  }

  static boolean hasMagic(byte[] block) {
    return Arrays.equals(block, 0, 8, MAGIC, 0, 8) && block[8] == VERSION && block[9] == 0;
  }

  static UUID uuid(byte[] block) {
    var in = ByteBuffer.wrap(block, 16, 16);
    return new UUID(in.getLong(), in.getLong());
  }

  static byte[] mac(byte[] block) {
    return Arrays.copyOfRange(block, COMMITTED, COMMITTED + 32);
  }

  /** Reads the rest; only after the MAC and the root were verified. */
  static Superblock decode(byte[] block) {
    var in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    return new Superblock(
        uuid(block),
        salt(block),
        in.getLong(112),
        in.getLong(208),
        in.getLong(216),
        ChunkRef.read(in.position(136)));
  }
}
