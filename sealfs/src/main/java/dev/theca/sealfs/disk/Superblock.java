package dev.theca.sealfs.disk;

import dev.theca.wire.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One copy of the head of a volume (FORMAT.md, "Superblock"): identity, where everything hangs, and
 * which state of the journal it contains. Nothing of it but magic, version and UUID is looked at
 * before the HMAC held.
 *
 * @param uuid of this volume
 * @param baseUuid of the base, all zero when there is none
 * @param baseRoot 32 bytes, which base; zeroes when there is none
 * @param generation rises by one with each superblock written; chooses between the two copies
 * @param epochs number of epochs; the current one is the last
 * @param log which log file holds what came after: 0 or 1
 * @param saltsOffset where the salt table begins, in bytes
 * @param end of the allocated area, in slots
 * @param sequence the last journal frame that is contained
 * @param chain 32 bytes, the chain value after that frame
 */
public record Superblock(
    UUID uuid,
    boolean isBase,
    UUID baseUuid,
    byte[] baseRoot,
    int blockLog2,
    long generation,
    int epochs,
    int log,
    long saltsOffset,
    long nextIno,
    long end,
    long sequence,
    byte[] chain,
    ChunkRef index,
    long usedBytes,
    long usedInodes,
    long quotaBytes,
    long quotaInodes,
    byte[] saltsHash) {
  public static final int SIZE = 4096;
  static final int COMMITTED = 512;
  static final UUID NONE = new UUID(0, 0);
  private static final byte[] MAGIC = {'S', 'E', 'A', 'L', 'F', 'S', 0, 1};
  private static final byte[] ROOT_LABEL = {
    's', 'e', 'a', 'l', 'f', 's', ' ', 'r', 'o', 'o', 't', ' ', 'v', '1'
  };
  public static final int VERSION = 1;
  private static final int BASE = 1;
  private static final int HAS_BASE = 2;
  static final int MIN_BLOCK_LOG2 = 12;
  static final int MAX_BLOCK_LOG2 = 16;

  /** Before anything is written: generation 0, and the tree of the base when there is one. */
  static Superblock first(UUID uuid, @Nullable VolumeFile base, int blockLog2, long nextIno) {
    var none = new ChunkRef(ChunkRef.INDEX, 0, false, 0, 0, 0, 0, 0, new byte[32]);
    return new Superblock(
        uuid,
        false,
        base == null ? NONE : base.keys().uuid(),
        base == null ? new byte[32] : base.root(),
        base == null ? blockLog2 : base.superblock().blockLog2(),
        0,
        1,
        0,
        0,
        base == null ? nextIno : base.superblock().nextIno(),
        0,
        0,
        new byte[32],
        base == null ? none : base.superblock().index().asInBase(),
        0,
        0,
        0,
        0,
        new byte[32]);
  }

  public boolean hasBase() {
    return !baseUuid.equals(NONE);
  }

  /** Where this copy belongs: the two are written in turn. */
  long place() {
    return (generation & 1) * SIZE;
  }

  byte[] encode(VolumeKeys keys) {
    var out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC)
        .putShort((short) VERSION)
        .putShort((short) ((isBase ? BASE : 0) | (hasBase() ? HAS_BASE : 0)))
        .put((byte) blockLog2)
        .put((byte) Slots.SLOT_LOG2)
        .put((byte) 16)
        .put((byte) 0)
        .put(VolumeKeys.bytes(uuid))
        .put(VolumeKeys.bytes(baseUuid))
        .put(baseRoot)
        .putLong(generation)
        .putInt(epochs)
        .put((byte) log)
        .put(new byte[3])
        .putLong(saltsOffset)
        .putLong(0)
        .putLong(nextIno)
        .putLong(end)
        .putLong(sequence);
    index.put(out);
    out.putLong(usedBytes).putLong(usedInodes).putLong(quotaBytes).putLong(quotaInodes);
    out.put(saltsHash).put(chain);
    byte[] block = out.array();
    byte[] mac = keys.superblockMac(block, COMMITTED);
    System.arraycopy(mac, 0, block, COMMITTED, mac.length);
    return block;
  }

  /** The root commitment of a copy: SHA-256 over a label and everything that is committed. */
  public static byte[] root(byte[] block) {
    var hash = Digest.hasher("sha256");
    hash.update(ROOT_LABEL);
    hash.update(block, 0, COMMITTED);
    return hash.digest();
  }

  static boolean hasMagic(byte[] block) {
    return Arrays.equals(block, 0, 8, MAGIC, 0, 8);
  }

  static int version(byte[] block) {
    return Byte.toUnsignedInt(block[8]) | Byte.toUnsignedInt(block[9]) << 8;
  }

  static UUID uuid(byte[] block) {
    return uuidAt(ByteBuffer.wrap(block), 16);
  }

  private static UUID uuidAt(ByteBuffer in, int at) {
    in.order(ByteOrder.BIG_ENDIAN);
    var uuid = new UUID(in.getLong(at), in.getLong(at + 8));
    in.order(ByteOrder.LITTLE_ENDIAN);
    return uuid;
  }

  static boolean macHolds(byte[] block, VolumeKeys keys) {
    return MessageDigest.isEqual(
        keys.superblockMac(block, COMMITTED), Arrays.copyOfRange(block, COMMITTED, COMMITTED + 32));
  }

  /** What a copy says that nobody has proved, to show it; nothing when it is none of ours. */
  public static Optional<Superblock> unproved(byte[] block) {
    if (!hasMagic(block) || version(block) != VERSION) return Optional.empty();
    try {
      return Optional.of(decode(block));
    } catch (Damaged e) {
      return Optional.empty();
    }
  }

  /** Reads a copy whose HMAC held. */
  static Superblock decode(byte[] block) throws Damaged {
    var in = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    int flags = Short.toUnsignedInt(in.getShort(10));
    if ((flags & ~(BASE | HAS_BASE)) != 0) throw new Damaged("a superblock with unknown flags");
    int blockLog2 = in.get(12);
    if (blockLog2 < MIN_BLOCK_LOG2
        || blockLog2 > MAX_BLOCK_LOG2
        || in.get(13) != Slots.SLOT_LOG2
        || in.get(14) != 16) throw new Damaged("a superblock with other sizes than version 1 has");
    int log = in.get(92);
    if (log != 0 && log != 1) throw new Damaged("a superblock that names log " + log);
    int epochs = in.getInt(88);
    if (epochs < 1 || epochs > Salts.MAX)
      throw new Damaged("a superblock with " + epochs + " epochs");
    UUID base = uuidAt(in, 32);
    if (!base.equals(NONE) != ((flags & HAS_BASE) != 0))
      throw new Damaged("a superblock whose flags and base differ");
    return new Superblock(
        uuid(block),
        (flags & BASE) != 0,
        base,
        Arrays.copyOfRange(block, 48, 80),
        blockLog2,
        in.getLong(80),
        epochs,
        log,
        in.getLong(96),
        in.getLong(112),
        in.getLong(120),
        in.getLong(128),
        Arrays.copyOfRange(block, 272, 304),
        ChunkRef.read(in.position(136)),
        in.getLong(208),
        in.getLong(216),
        in.getLong(224),
        in.getLong(232),
        Arrays.copyOfRange(block, 240, 272));
  }
}
