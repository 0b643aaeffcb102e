package dev.theca.sealfs.disk;

import dev.theca.wire.Digest;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The main file of a volume with its keys: reads what its superblock commits to, and what the base
 * below it does. Every piece is read once into private memory, its hash or tag is checked there,
 * and only then it is looked at. Any thread.
 */
public final class VolumeFile implements AutoCloseable {
  /** The first slots belong to the two superblocks. */
  public static final int FIRST_SLOT = 2;

  private final HostFile file;
  private final VolumeKeys keys;
  private final @Nullable VolumeFile base;
  private volatile Salts salts;
  private volatile Superblock superblock;
  private volatile byte[] root;
  private volatile VolumeKeys.@Nullable Epoch current;
  private volatile @Nullable Gcm lastData;

  private VolumeFile(
      HostFile file,
      VolumeKeys keys,
      @Nullable VolumeFile base,
      Salts salts,
      Superblock superblock,
      byte[] root) {
    this.file = file;
    this.keys = keys;
    this.base = base;
    this.salts = salts;
    this.superblock = superblock;
    this.root = root;
  }

  /** Opens a base: the copy of the superblock that has exactly this root, and nothing else. */
  public static VolumeFile openBase(HostFile file, VolumeKeys keys, byte[] root) throws Damaged {
    boolean anyMac = false;
    for (byte[] block : copies(file, keys)) {
      if (!Superblock.macHolds(block, keys)) continue;
      anyMac = true;
      if (!MessageDigest.isEqual(Superblock.root(block), root)) continue;
      var superblock = Superblock.decode(block);
      if (!superblock.isBase()) throw new Damaged(Damaged.Kind.FORMAT, "a volume that is no base");
      return new VolumeFile(file, keys, null, Salts.read(file, superblock), superblock, root);
    }
    if (!anyMac) throw new Damaged("a changed superblock, or another key");
    throw new Damaged(Damaged.Kind.ROOT, "another root");
  }

  /** Opens a volume that can change: the newest copy of the superblock that is sound. */
  public static VolumeFile open(HostFile file, VolumeKeys keys, @Nullable VolumeFile base)
      throws Damaged {
    Superblock newest = null;
    byte[] root = {};
    for (byte[] block : copies(file, keys)) {
      if (!Superblock.macHolds(block, keys)) continue; // the normal trace of a crash
      var superblock = Superblock.decode(block);
      if (newest != null && newest.generation() >= superblock.generation()) continue;
      newest = superblock;
      root = Superblock.root(block);
    }
    if (newest == null) throw new Damaged("no sound superblock, or another key");
    if (newest.isBase()) throw new Damaged(Damaged.Kind.FORMAT, "a base, which never changes");
    if (newest.hasBase() != (base != null)
        || (base != null
            && (!newest.baseUuid().equals(base.keys.uuid())
                || !MessageDigest.isEqual(newest.baseRoot(), base.root))))
      throw new Damaged(Damaged.Kind.IDENTITY, "a volume above another base");
    return new VolumeFile(file, keys, base, Salts.read(file, newest), newest, root);
  }

  /** A new volume in a file: {@code first} is what its state begins with; nothing is written. */
  public static VolumeFile begin(
      HostFile file,
      VolumeKeys keys,
      @Nullable VolumeFile base,
      int blockLog2,
      long nextIno,
      byte[] salt) {
    var first = Superblock.first(keys.uuid(), base, blockLog2, nextIno);
    var made = new VolumeFile(file, keys, base, Salts.first(salt), first, new byte[32]);
    made.current = keys.epoch(0, salt);
    return made;
  }

  /** The copies that are of this volume and version. */
  private static java.util.List<byte[]> copies(HostFile file, VolumeKeys keys) throws Damaged {
    var copies = new java.util.ArrayList<byte[]>();
    Damaged why = new Damaged(Damaged.Kind.FORMAT, "another file");
    for (int i = 0; i < 2; i++) {
      byte[] block = new byte[Superblock.SIZE];
      if (!file.readFully((long) i * Superblock.SIZE, block, 0, block.length)
          || !Superblock.hasMagic(block)) continue;
      if (Superblock.version(block) != Superblock.VERSION)
        why = new Damaged(Damaged.Kind.FORMAT, "version " + Superblock.version(block));
      else if (!Superblock.uuid(block).equals(keys.uuid()))
        why = new Damaged(Damaged.Kind.IDENTITY, "volume " + Superblock.uuid(block));
      else copies.add(block);
    }
    if (copies.isEmpty()) throw why;
    return copies;
  }

  /** Begins an epoch for this mount: from now on {@link #current} encrypts. */
  public void beginEpoch(byte[] salt) {
    salts = salts.with(salt);
    current = keys.epoch(salts.count() - 1, salt);
  }

  /** The slots of the salt table that the superblock names. */
  public Slots.Run saltRun() {
    int count = Slots.count(superblock.epochs() * Salts.SALT);
    return new Slots.Run(superblock.saltsOffset() / Slots.SLOT, count);
  }

  /** The ciphers of the epoch that writes. */
  public VolumeKeys.Epoch current() {
    var writing = current;
    if (writing == null) throw new IllegalStateException("the volume is read-only");
    return writing;
  }

  /** The plaintext of a chunk of this volume or its base. */
  public byte[] chunk(ChunkRef ref) throws Damaged {
    return holder(ref.inBase()).own(ref);
  }

  private VolumeFile holder(boolean inBase) throws Damaged {
    if (!inBase) return this;
    if (base == null) throw new Damaged("a reference into a base where there is none");
    return base;
  }

  private byte[] own(ChunkRef ref) throws Damaged {
    int length = ref.length();
    if (length < Gcm.TAG || length > ChunkRef.MAX_LENGTH || ref.epoch() >= salts.count())
      throw new Damaged("a chunk of " + length + " bytes of epoch " + ref.epoch());
    byte[] sealed = new byte[length];
    if (!file.readFully(ref.offset(), sealed, 0, length))
      throw new Damaged("the file is cut off at byte " + ref.offset());
    byte[] plain = new byte[length - Gcm.TAG];
    if (!MessageDigest.isEqual(Digest.hasher("sha256").digest(sealed), ref.sha256())
        || !cipher(ref.epoch())
            .meta()
            .open(
                ref.counter(),
                Aad.chunk(keys.uuidBytes(), ref.kind(), ref.key(), ref.key2()),
                sealed,
                0,
                length,
                plain,
                0)) throw new Damaged("metadata at byte " + ref.offset() + " was changed");
    return plain;
  }

  private VolumeKeys.Epoch cipher(int epoch) {
    return keys.epoch(epoch, salts.get(epoch));
  }

  /** The cipher of data blocks of an epoch of this volume or its base; null for none such. */
  public @Nullable Gcm data(boolean inBase, int epoch) {
    VolumeFile holder = inBase ? base : this;
    return holder == null ? null : holder.data(epoch);
  }

  private @Nullable Gcm data(int epoch) {
    Gcm last = lastData; // most blocks of a run are of one epoch
    if (last != null && last.epoch() == epoch) return last;
    if (epoch >= salts.count()) return null;
    var writing = current;
    Gcm found =
        writing != null && writing.data().epoch() == epoch ? writing.data() : cipher(epoch).data();
    lastData = found;
    return found;
  }

  /** The host file that holds blocks of this volume or its base. */
  public HostFile file(boolean inBase) {
    if (!inBase) return file;
    if (base == null) throw new IllegalStateException("no base");
    return base.file;
  }

  /** The identity that tags of blocks of this volume or its base bind. */
  public byte[] uuid(boolean inBase) {
    return inBase && base != null ? base.keys.uuidBytes() : keys.uuidBytes();
  }

  public VolumeKeys keys() {
    return keys;
  }

  Salts salts() {
    return salts;
  }

  public @Nullable VolumeFile base() {
    return base;
  }

  /** Whether all epochs of a volume are used up. */
  public boolean epochsUsedUp() {
    return salts.count() >= Salts.MAX;
  }

  public Superblock superblock() {
    return superblock;
  }

  void written(Superblock now, byte[] block) {
    superblock = now;
    root = Superblock.root(block);
  }

  /** 32 bytes, the root commitment of the state that counts. */
  public byte[] root() {
    return Arrays.copyOf(root, root.length);
  }

  @Override
  public void close() {
    file.close();
  }
}
