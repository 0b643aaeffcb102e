package dev.theca.sealfs;

import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a base volume from a stream of entries. Files may come before their names: {@link #begin},
 * {@link #data} and {@link #end} are called from several threads, for different files, each with
 * rising offsets. All else is for one thread at a time. A file that got its name at once by {@link
 * #file} needs no end, but then content comes for one such file at a time. Memory grows with the
 * number of entries (about 300 bytes each), never with their content. Nothing appears under the
 * volume's name before {@link #seal}; closing without it removes what was written.
 */
public final class VolumeWriter implements AutoCloseable {
  /** Inode number of the root directory, which exists from the start (0755, 0:0). */
  public static final long ROOT = 1;

  private static final int NAME_MAX = 255;
  private static final int XATTRS_MAX = 32 << 10;

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private final SlotWriter slots;
  private final VolumeKeys keys;
  private final byte[] salt = new byte[16];
  private final Sealer data;
  private final byte[] uuidBytes;
  private final ConcurrentSkipListMap<Long, Inode> inodes = new ConcurrentSkipListMap<>();
  private final AtomicLong nextIno = new AtomicLong(ROOT + 1);

  /** Files whose content is on its way, and the blocks of those that are done, to be used again. */
  private final ConcurrentHashMap<Long, OpenFile> open = new ConcurrentHashMap<>();

  private final ConcurrentLinkedQueue<byte[]> blocks = new ConcurrentLinkedQueue<>();

  /** The one file of those begun by {@link #file} that content came for last; 0 is none. */
  private long implicit;

  private boolean sealed;

  private VolumeWriter(Path file, UUID uuid, Secret volumeKey) throws IOException {
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".part");
    new SecureRandom().nextBytes(salt);
    this.keys = VolumeKeys.derive(volumeKey, uuid, 0, salt);
    this.data = new Sealer(keys.data(), 0);
    this.uuidBytes = VolumeKeys.bytes(uuid);
    Files.deleteIfExists(part);
    this.channel =
        FileChannel.open(
            part,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ));
    this.slots = new SlotWriter(channel, 1);
    var root = new Inode(ROOT, Inode.S_IFDIR | 0755);
    root.nlink = 2;
    root.parent = ROOT;
    inodes.put(ROOT, root);
  }

  /** Begins a volume at {@code file} under a 32-byte key that no other volume has. */
  public static VolumeWriter create(Path file, UUID uuid, Secret volumeKey) {
    try {
      return new VolumeWriter(file, uuid, volumeKey);
    } catch (IOException e) {
      throw new SealfsException("cannot begin the volume " + file, e);
    }
  }

  public long mkdir(long parent, byte[] name, Meta meta) {
    var inode = add(parent, name, Inode.S_IFDIR, meta);
    inode.nlink = 2;
    inode.parent = parent;
    inode(parent).nlink++;
    return inode.ino;
  }

  /** An empty regular file; content comes by {@link #data}, a size beyond it by {@link #size}. */
  public long file(long parent, byte[] name, Meta meta) {
    return add(parent, name, Inode.S_IFREG, meta).ino;
  }

  /** Begins a file without a name: one that never gets one is not in the volume. Any thread. */
  public long begin(Meta meta) {
    var inode = new Inode(nextIno.getAndIncrement(), Inode.S_IFREG);
    apply(inode, meta);
    inodes.put(inode.ino, inode);
    open.put(inode.ino, new OpenFile());
    return inode.ino;
  }

  /** A file that was begun has all its content; a size behind it is a hole. Any thread. */
  public void end(long ino, long size) {
    size(ino, size);
    flush(ino);
  }

  /** Gives its first name to a file that was begun without one. */
  public void attach(long ino, long parent, byte[] name) {
    var inode = inode(ino);
    if (inode.nlink != 0) throw new IllegalArgumentException("the file has a name");
    insert(parent, name, ino);
    inode.nlink = 1;
  }

  /** What a name in a directory stands for. */
  public long lookup(long parent, byte[] name) {
    var child = inode(parent).child(new Name(name));
    if (child == null) throw new IllegalArgumentException("no such name");
    return child.ino();
  }

  /** Forgets all extended attributes of an entry. */
  public void clearXattrs(long ino) {
    inode(ino).xattrs.clear();
  }

  public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
    if (target.length == 0 || target.length > 4095)
      throw new IllegalArgumentException("a link target of " + target.length + " bytes");
    var inode = add(parent, name, Inode.S_IFLNK, meta);
    inode.mode = Inode.S_IFLNK | 0777;
    inode.target = target.clone();
    inode.size = target.length;
    return inode.ino;
  }

  /** A device, FIFO or socket: {@code type} is S_IFCHR, S_IFBLK, S_IFIFO or S_IFSOCK. */
  public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
    var inode = add(parent, name, type & Inode.S_IFMT, meta);
    inode.rdev = minor & 0xFF | major << 8 | (minor & ~0xFF) << 12;
    return inode.ino;
  }

  /** One more name for an existing entry that is no directory. */
  public void link(long ino, long parent, byte[] name) {
    var inode = inode(ino);
    if (inode.isDirectory()) throw new IllegalArgumentException("a directory has one name");
    insert(parent, name, ino);
    inode.nlink++;
  }

  public void xattr(long ino, byte[] name, byte[] value) {
    var inode = inode(ino);
    inode.xattrs.put(new Name(name.clone()), value.clone());
    int total =
        inode.xattrs.entrySet().stream()
            .mapToInt(e -> e.getKey().bytes().length + e.getValue().length)
            .sum();
    if (total > XATTRS_MAX)
      throw new IllegalArgumentException(
          "extended attributes of more than " + XATTRS_MAX + " bytes");
  }

  /** Replaces owner, permissions and time of an entry. */
  public void meta(long ino, Meta meta) {
    apply(inode(ino), meta);
  }

  /** Removes a name, and with the last name the entry; of a directory everything below. */
  public void remove(long parent, byte[] name) {
    var directory = inode(parent);
    var child = directory.child(new Name(name));
    if (child == null) return;
    directory.remove(child.name());
    drop(directory, inode(child.ino()));
  }

  private void drop(Inode directory, Inode inode) {
    if (inode.isDirectory()) {
      for (var child : inode.children()) drop(inode, inode(child.ino()));
      directory.nlink--;
      inodes.remove(inode.ino);
    } else if (--inode.nlink == 0) {
      inodes.remove(inode.ino);
      open.remove(inode.ino);
      if (implicit == inode.ino) implicit = 0;
    }
  }

  /** Content of a file; offsets rise, gaps are holes. */
  public void data(long ino, long offset, byte[] bytes, int from, int length) {
    var inode = inode(ino);
    var file = open.get(ino);
    if (file == null) {
      if (implicit != 0) flush(implicit);
      implicit = ino;
      file = new OpenFile();
      open.put(ino, file);
    }
    int taken = 0;
    while (taken < length) {
      long number = (offset + taken) / Volume.BLOCK;
      int within = (int) ((offset + taken) % Volume.BLOCK);
      if (file.number != number) {
        write(inode, file);
        if (!inode.blocks.isHole(number))
          throw new IllegalArgumentException("content of a block came twice");
        file.number = number;
      }
      int n = Math.min(length - taken, Volume.BLOCK - within);
      if (within < file.filled)
        throw new IllegalArgumentException("content of a file came out of order");
      if (file.block.length == 0) file.block = block();
      java.util.Arrays.fill(file.block, file.filled, within, (byte) 0);
      System.arraycopy(bytes, from + taken, file.block, within, n);
      file.filled = within + n;
      taken += n;
    }
    inode.size = Math.max(inode.size, offset + length);
  }

  /** Sets the size of a sparse file that ends in a hole. */
  public void size(long ino, long size) {
    var inode = inode(ino);
    inode.size = Math.max(inode.size, size);
  }

  /** The block of a file that content came for last; one thread at a time. */
  private static final class OpenFile {
    private byte[] block = {};
    private long number = -1;
    private int filled;
  }

  private byte[] block() {
    byte[] used = blocks.poll();
    return used == null ? new byte[Volume.BLOCK] : used;
  }

  private void flush(long ino) {
    var file = open.remove(ino);
    var inode = inodes.get(ino);
    if (file == null) return;
    if (inode != null) write(inode, file);
    if (file.block.length > 0) blocks.add(file.block);
  }

  private void write(Inode inode, OpenFile file) {
    if (file.filled > 0) {
      long counter = data.nextCounter();
      byte[] aad = Sealer.dataAad(uuidBytes, inode.ino, file.number);
      byte[] out = data.seal(counter, aad, file.block, file.filled);
      byte[] tag = java.util.Arrays.copyOfRange(out, file.filled, file.filled + Sealer.TAG);
      long slot = slots.append(out, file.filled);
      inode.blocks.set(file.number, new Blocks.Place(slot, file.filled, 0, false, counter, tag));
    }
    file.filled = 0;
    file.number = -1;
  }

  /**
   * Finishes the volume: after this the file exists, is on disk, and opens with exactly the
   * returned root.
   */
  public Sealed seal() {
    try {
      for (long ino : open.keySet()) flush(ino);
      inodes.values().removeIf(inode -> inode.nlink == 0); // begun, and never given a name
      var metadata = new MetadataWriter(slots, new Sealer(keys.meta(), 0), uuidBytes);
      ChunkRef index = metadata.write(inodes);
      long bytes = slots.finish();
      var superblock =
          new Superblock(keys.uuid(), salt, nextIno.get(), bytes, inodes.size(), index);
      var first = ByteBuffer.wrap(superblock.encode(keys));
      while (first.hasRemaining()) {
        int unused = channel.write(first, first.position());
      }
      channel.force(true);
      channel.close();
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      sealed = true;
      byte[] root = dev.theca.wire.Digest.hasher("sha256").digest(superblock.committed());
      return new Sealed(keys.uuid(), root, bytes, inodes.size());
    } catch (IOException e) {
      throw new SealfsException("cannot finish the volume " + file, e);
    }
  }

  private Inode add(long parent, byte[] name, int type, Meta meta) {
    var inode = new Inode(nextIno.getAndIncrement(), type);
    apply(inode, meta);
    inode.nlink = 1;
    insert(parent, name, inode.ino);
    inodes.put(inode.ino, inode);
    return inode;
  }

  private static void apply(Inode inode, Meta meta) {
    inode.mode = inode.mode & Inode.S_IFMT | meta.mode() & 07777;
    inode.uid = meta.uid();
    inode.gid = meta.gid();
    inode.atimeNanos = meta.mtimeNanos();
    inode.mtimeNanos = meta.mtimeNanos();
    inode.ctimeNanos = meta.mtimeNanos();
  }

  private void insert(long parent, byte[] name, long ino) {
    if (name.length == 0 || name.length > NAME_MAX)
      throw new IllegalArgumentException("a name of " + name.length + " bytes");
    for (byte b : name)
      if (b == 0 || b == '/') throw new IllegalArgumentException("a name with NUL or slash");
    var directory = inode(parent);
    var key = new Name(name.clone());
    if (directory.child(key) != null) throw new IllegalArgumentException("the name exists: " + key);
    directory.put(key, ino);
  }

  private Inode inode(long ino) {
    var inode = inodes.get(ino);
    if (inode == null) throw new IllegalArgumentException("no inode " + ino);
    return inode;
  }

  @Override
  public void close() {
    if (sealed) return;
    try {
      channel.close();
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new SealfsException("cannot drop the volume " + part, e);
    }
  }
}
