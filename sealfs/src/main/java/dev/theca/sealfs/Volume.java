package dev.theca.sealfs;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An opened tree: an immutable base, and maybe an ephemeral upper that takes every change. The base
 * is exactly the one whose root was demanded; each block of content is authenticated when it is
 * read. The upper's blocks lie encrypted in a host file, its tree and its key only in memory:
 * nobody can mount it again, so nobody can roll it back.
 *
 * <p>Does not hide sizes of blocks, or when they are read.
 */
public final class Volume implements AutoCloseable {
  static final int BLOCK_LOG2 = 14;
  static final int BLOCK = 1 << BLOCK_LOG2;

  final Map<Long, Inode> inodes;
  final AtomicLong nextIno;
  private final FileChannel base;
  private final Sealer baseData;
  private final byte[] baseUuid;
  private @Nullable Upper upper;

  /** Where changes go: a file of encrypted blocks, all of one size, reused when freed. */
  private record Upper(FileChannel channel, Path file, Sealer data, byte[] uuid, SlotPool slots) {}

  private Volume(FileChannel base, Map<Long, Inode> inodes, long nextIno, VolumeKeys keys) {
    this.base = base;
    this.inodes = new ConcurrentHashMap<>(inodes);
    this.nextIno = new AtomicLong(nextIno);
    this.baseData = new Sealer(keys.data(), 0);
    this.baseUuid = VolumeKeys.bytes(keys.uuid());
  }

  /**
   * Opens a base volume, demanding its identity and its root commitment; whatever else lies there
   * is refused before its content is looked at.
   */
  public static Outcome<Volume> openBase(Path file, UUID uuid, Secret volumeKey, byte[] root) {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      return refused(Refused.MISSING, "a volume at " + file, "none that opens: " + e.getMessage());
    }
    Outcome<Volume> opened;
    try {
      opened = open(channel, uuid, volumeKey, root);
    } catch (RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
    if (!opened.isGranted()) closeQuietly(channel);
    return opened;
  }

  private static Outcome<Volume> open(
      FileChannel channel, UUID uuid, Secret volumeKey, byte[] root) {
    byte[] block = new byte[Superblock.SIZE];
    if (!readFully(channel, 0, block, block.length) || !Superblock.hasMagic(block)) {
      return refused(Refused.FORMAT, "a sealfs volume of version 1", "another file");
    }
    if (!Superblock.uuid(block).equals(uuid)) {
      return refused(Refused.IDENTITY, "volume " + uuid, "volume " + Superblock.uuid(block));
    }
    var keys = VolumeKeys.derive(volumeKey, uuid, 0, Superblock.salt(block));
    byte[] committed = java.util.Arrays.copyOf(block, Superblock.COMMITTED);
    if (!MessageDigest.isEqual(keys.superblockMac(committed), Superblock.mac(block))) {
      return refused(
          Refused.DAMAGED, "a superblock sealed with this key", "a changed one, or another key");
    }
    if (!MessageDigest.isEqual(dev.theca.wire.Digest.hasher("sha256").digest(committed), root)) {
      return refused(Refused.ROOT, "the root commitment of the hand-over", "another root");
    }
    var superblock = Superblock.decode(block);
    try {
      var reader = new MetadataReader(channel, new Sealer(keys.meta(), 0), VolumeKeys.bytes(uuid));
      return Outcome.granted(
          new Volume(channel, reader.read(superblock.index()), superblock.nextIno(), keys));
    } catch (MetadataReader.Damaged e) {
      return refused(
          Refused.DAMAGED, "the tree that the root commits to", String.valueOf(e.getMessage()));
    }
  }

  /** Refusal codes of this room. */
  public enum Refused implements Code {
    MISSING("volume-missing"),
    FORMAT("volume-format"),
    IDENTITY("volume-identity"),
    ROOT("volume-root"),
    DAMAGED("volume-damaged");

    private final String id;

    Refused(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }
  }

  private static <T> Outcome<T> refused(Refused code, String expected, String found) {
    return Outcome.refused(
        code,
        "file system volume",
        expected,
        found,
        "start the container again, so that its image is sealed anew");
  }

  /**
   * Lets the tree be changed; changes go to {@code file}, a new file, under a key that must not
   * have been used before. What lies at {@code file} is removed.
   */
  public void withEphemeralUpper(Path file, UUID uuid, Secret volumeKey) {
    if (upper != null) throw new IllegalStateException("the volume has an upper");
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    try {
      Files.deleteIfExists(file);
      var channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE));
      var keys = VolumeKeys.derive(volumeKey, uuid, 0, salt);
      for (Inode inode : inodes.values()) inode.blocks.markInBase();
      upper =
          new Upper(
              channel, file, new Sealer(keys.data(), 0), VolumeKeys.bytes(uuid), new SlotPool());
    } catch (IOException e) {
      throw new SealfsException("cannot begin the upper " + file, e);
    }
  }

  /**
   * Puts a file into the upper before the tree is mounted, owned by root; missing directories are
   * made 0755. A file that is there is replaced, a symlink on the way is not followed.
   */
  public void inject(String path, byte[] bytes, int mode) {
    var file = Injection.file(this, path, mode);
    var data = ByteBuffer.wrap(bytes);
    new FileContent(this, (ino, block) -> {}).write(file, 0, data);
  }

  /** Makes a directory in the upper before the tree is mounted, with its parents. */
  public void injectDirectory(String path, int mode) {
    Injection.directory(this, path, mode);
  }

  /**
   * The content of a regular file of at most {@code limit} bytes, when there is one at {@code path}
   * and its tags hold.
   */
  public java.util.Optional<byte[]> peek(String path, int limit) {
    return Injection.find(this, path)
        .filter(inode -> inode.isFile() && inode.size <= limit)
        .flatMap(this::whole);
  }

  private java.util.Optional<byte[]> whole(Inode inode) {
    byte[] all = new byte[(int) inode.size];
    byte[] block = new byte[BLOCK];
    for (int at = 0; at < all.length; at += BLOCK) {
      if (!read(inode, at / BLOCK, block)) return java.util.Optional.empty();
      System.arraycopy(block, 0, all, at, Math.min(BLOCK, all.length - at));
    }
    return java.util.Optional.of(all);
  }

  boolean writable() {
    return upper != null;
  }

  /** Host bytes that the upper's file takes. */
  long upperBytes() {
    return upper == null ? 0 : upper.slots().highest() * BLOCK;
  }

  /**
   * The plaintext of a block into {@code out} (zeroes beyond what is stored); false when its tag
   * does not hold.
   */
  boolean read(Inode inode, long number, byte[] out) {
    if (inode.blocks.isHole(number)) {
      java.util.Arrays.fill(out, (byte) 0);
      return true;
    }
    var place = inode.blocks.get(number);
    var above = place.inBase() ? null : upper;
    byte[] sealed = new byte[place.length() + Sealer.TAG];
    if (place.length() > BLOCK) return false;
    FileChannel channel = above != null ? above.channel() : base;
    if (!readFully(channel, place.slot() * SlotWriter.SLOT, sealed, place.length())) return false;
    System.arraycopy(place.tag(), 0, sealed, place.length(), Sealer.TAG);
    java.util.Arrays.fill(out, place.length(), BLOCK, (byte) 0);
    byte[] aad = Sealer.dataAad(above != null ? above.uuid() : baseUuid, inode.ino, number);
    return (above != null ? above.data() : baseData)
        .open(place.counter(), aad, sealed, sealed.length, out);
  }

  /**
   * Stores the first {@code length} bytes of a block in a new place; the old place is free
   * afterwards.
   */
  void write(Inode inode, long number, byte[] plain, int length) {
    var to = upper();
    long counter = to.data().nextCounter();
    byte[] sealed =
        to.data().seal(counter, Sealer.dataAad(to.uuid(), inode.ino, number), plain, length);
    long slot = to.slots().take();
    try {
      var out = ByteBuffer.wrap(sealed, 0, length);
      for (long at = slot * SlotWriter.SLOT; out.hasRemaining(); )
        at += to.channel().write(out, at);
    } catch (IOException e) {
      to.slots().give(slot);
      throw new SealfsException("cannot write to the upper", e);
    }
    free(inode, number);
    byte[] tag = java.util.Arrays.copyOfRange(sealed, length, length + Sealer.TAG);
    inode.blocks.set(number, new Blocks.Place(slot, length, 0, false, counter, tag));
  }

  /** Makes a block a hole. */
  void free(Inode inode, long number) {
    if (inode.blocks.isHole(number)) return;
    var place = inode.blocks.get(number);
    if (!place.inBase()) upper().slots().give(place.slot());
    inode.blocks.clear(number);
  }

  void sync() {
    try {
      if (upper != null) upper.channel().force(false);
    } catch (IOException e) {
      throw new SealfsException("cannot sync the upper", e);
    }
  }

  private Upper upper() {
    var there = upper;
    if (there == null) throw new IllegalStateException("the volume is read-only");
    return there;
  }

  static boolean readFully(FileChannel channel, long offset, byte[] into, int length) {
    var buffer = ByteBuffer.wrap(into, 0, length);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) return false;
      }
      return true;
    } catch (IOException e) {
      throw new SealfsException("cannot read a volume", e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new SealfsException("cannot close a volume", e);
    }
  }

  /** Closes the files; the upper's is removed, since nobody can read it again. */
  @Override
  public void close() {
    closeQuietly(base);
    if (upper == null) return;
    closeQuietly(upper.channel());
    try {
      Files.deleteIfExists(upper.file());
    } catch (IOException e) {
      throw new SealfsException("cannot remove the upper", e);
    }
  }
}
