package dev.theca.sealfs.disk;

import dev.theca.sealfs.Anchor;
import dev.theca.wire.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The encrypted log of what changed after the last superblock, in two files that are used in turn
 * (FORMAT.md, "Journal"). Frames form a hash chain that never restarts. One thread appends.
 */
public final class Journal implements AutoCloseable {
  static final int HEADER = 32;
  private static final int MAGIC = 0x3152_4A53; // "SJR1", little-endian
  private static final int COMMIT = 1;

  /** Bytes of plaintext in a frame, at most. */
  public static final int FRAME = 1 << 20;

  private final HostFile[] logs;
  private final byte[] sealed = new byte[FRAME + Gcm.TAG];
  private int current;
  private long position;
  private Anchor anchor;

  private Journal(HostFile first, HostFile second, Anchor anchor) {
    logs = new HostFile[] {first, second};
    this.anchor = anchor;
  }

  /** What a journal does with the operations of one transaction. */
  @FunctionalInterface
  public interface Replay {
    void apply(List<byte[]> operations) throws Damaged;
  }

  /** The journal of a volume that begins. */
  public static Journal begin(HostFile first, HostFile second, Superblock superblock) {
    return new Journal(first, second, start(superblock));
  }

  /** The journal of a volume at the state of its superblock. */
  public static Journal at(HostFile first, HostFile second, Superblock superblock) {
    return new Journal(
        first, second, new Anchor(superblock.sequence(), superblock.chain().clone()));
  }

  /**
   * Applies the whole transactions behind the superblock, and says through which states it went.
   * The first thing that is no continuation ends it: a torn write and an attack look alike, and
   * rollback is the anchor's business.
   */
  public List<Anchor> replay(VolumeFile volume, Replay replay) throws Damaged {
    var superblock = volume.superblock();
    int epoch = superblock.epochs() - 1;
    Gcm meta = volume.keys().epoch(epoch, volume.salts().get(epoch)).meta();
    var passed = new ArrayList<Anchor>();
    passed.add(anchor);
    var operations = new ArrayList<byte[]>();
    Anchor at = anchor;
    for (int turn = 0; turn < 2; turn++) {
      HostFile log = logs[superblock.log() ^ turn];
      long offset = 0;
      while (true) {
        byte[] header = new byte[HEADER];
        if (!log.readFully(offset, header, 0, HEADER)) break;
        var in = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        int length = in.getInt(4);
        if (in.getInt(0) != MAGIC
            || length <= Gcm.TAG
            || length > FRAME + Gcm.TAG
            || in.getLong(8) != at.sequence() + 1
            || Short.toUnsignedInt(in.getShort(16)) != epoch
            || !log.readFully(offset + HEADER, sealed, 0, length)) break;
        byte[] plain = new byte[length - Gcm.TAG];
        if (!meta.open(in.getLong(24), aad(header, at), sealed, 0, length, plain, 0)) break;
        at = then(at, header, length);
        operations.add(plain);
        if ((in.getShort(18) & COMMIT) != 0) {
          replay.apply(operations);
          operations.clear();
          passed.add(at);
        }
        offset += HEADER + length;
      }
    }
    anchor = passed.getLast();
    return passed;
  }

  /** The state before the first frame of a volume. */
  private static Anchor start(Superblock superblock) {
    var hash = Digest.hasher("sha256");
    hash.update("sealfs log v1".getBytes(StandardCharsets.US_ASCII));
    hash.update(VolumeKeys.bytes(superblock.uuid()));
    hash.update(VolumeKeys.bytes(superblock.baseUuid()));
    hash.update(superblock.baseRoot());
    return new Anchor(0, hash.digest());
  }

  private Anchor then(Anchor before, byte[] header, int length) {
    var hash = Digest.hasher("sha256");
    hash.update(before.chain());
    hash.update(header, 0, HEADER);
    hash.update(sealed, length - Gcm.TAG, Gcm.TAG);
    return new Anchor(before.sequence() + 1, hash.digest());
  }

  private static byte[] aad(byte[] header, Anchor before) {
    byte[] aad = Arrays.copyOf(header, HEADER + before.chain().length);
    System.arraycopy(before.chain(), 0, aad, HEADER, before.chain().length);
    return aad;
  }

  /** Appends one transaction of at least one frame; durable after {@link #sync}. */
  public Anchor append(Gcm meta, List<byte[]> frames) {
    Anchor at = anchor;
    long offset = position;
    for (int i = 0; i < frames.size(); i++) {
      byte[] plain = frames.get(i);
      int length = plain.length + Gcm.TAG;
      long counter = meta.take(1);
      byte[] header =
          ByteBuffer.allocate(HEADER)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(MAGIC)
              .putInt(length)
              .putLong(at.sequence() + 1)
              .putShort((short) meta.epoch())
              .putShort((short) (i == frames.size() - 1 ? COMMIT : 0))
              .putInt(0)
              .putLong(counter)
              .array();
      meta.seal(counter, aad(header, at), plain, 0, plain.length, sealed, 0);
      byte[] frame = Arrays.copyOf(header, HEADER + length);
      System.arraycopy(sealed, 0, frame, HEADER, length);
      logs[current].write(offset, frame, 0, frame.length);
      at = then(at, header, length);
      offset += frame.length;
    }
    position = offset;
    anchor = at;
    return at;
  }

  public void sync() {
    logs[current].sync();
  }

  /** Bytes in the log that is being written. */
  public long size() {
    return position;
  }

  /** Which file is being written. */
  public int current() {
    return current;
  }

  /** Empties the other file and goes on there. */
  public void turn() {
    logs[current ^ 1].truncate(0);
    current ^= 1;
    position = 0;
  }

  /** Empties both files; the next frame goes to the first. */
  public void empty() {
    for (HostFile log : logs) {
      log.truncate(0);
      log.sync();
    }
    current = 0;
    position = 0;
  }

  /** Makes what lies there durable, before anything is read of it. */
  public void settle() {
    for (HostFile log : logs) log.sync();
  }

  public Anchor anchor() {
    return anchor;
  }

  @Override
  public void close() {
    for (HostFile log : logs) log.close();
  }
}
