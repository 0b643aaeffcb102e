package dev.theca.sealfs;

import dev.theca.sealfs.disk.HostFiles;
import dev.theca.sealfs.disk.VolumeFile;
import dev.theca.sealfs.disk.VolumeKeys;
import dev.theca.sealfs.tree.Builder;
import dev.theca.sealfs.tree.Surroundings;
import dev.theca.sealfs.tree.Tree;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Writes a base volume from a stream of entries. Files may come before their names: {@link #begin},
 * {@link #data} and {@link #end} are called from several threads, for different files, each with
 * rising offsets. All else is for one thread at a time. A file that got its name at once by {@link
 * #file} ends when content for another such file comes. A volume that is closed before {@link
 * #seal} leaves nothing behind. Malformed entries are an {@link IllegalArgumentException}.
 */
public final class VolumeWriter implements AutoCloseable {
  /** Inode number of the root directory, which exists from the start (0755, 0:0). */
  public static final long ROOT = Tree.ROOT;

  private static final int BLOCK_LOG2 = 14;
  private static final long INLINE_BYTES = 8 << 20;

  private final Path file;
  private final Path part;
  private final HostFiles files;
  private final VolumeFile volume;
  private final Builder builder;
  private boolean sealed;

  private VolumeWriter(Path file, UUID uuid, Secret volumeKey, Surroundings around) {
    this.file = file;
    this.part = file.resolveSibling(file.getFileName() + ".part");
    this.files = around.files();
    var keys = VolumeKeys.derive(volumeKey, uuid, around.witness());
    this.volume =
        VolumeFile.begin(
            files.open(part, HostFiles.Mode.NEW),
            keys,
            null,
            BLOCK_LOG2,
            ROOT + 1,
            around.salts().get());
    this.builder = new Builder(volume, INLINE_BYTES);
  }

  /** Begins a volume at {@code file} under a 32-byte key that no other volume has. */
  public static VolumeWriter create(Path file, UUID uuid, Secret volumeKey) {
    return create(file, uuid, volumeKey, Surroundings.real());
  }

  static VolumeWriter create(Path file, UUID uuid, Secret volumeKey, Surroundings around) {
    return new VolumeWriter(file, uuid, volumeKey, around);
  }

  private static Builder.Given given(Meta meta) {
    return new Builder.Given(meta.mode(), meta.uid(), meta.gid(), meta.mtimeNanos());
  }

  public long mkdir(long parent, byte[] name, Meta meta) {
    return builder.directory(parent, name, given(meta));
  }

  /** An empty regular file; content comes by {@link #data}, a size beyond it by {@link #size}. */
  public long file(long parent, byte[] name, Meta meta) {
    return builder.file(parent, name, given(meta));
  }

  /** Begins a file without a name: one that never gets one is not in the volume. Any thread. */
  public long begin(Meta meta) {
    return builder.begin(given(meta));
  }

  /** A file that was begun has all its content; a size behind it is a hole. Any thread. */
  public void end(long ino, long size) {
    builder.end(ino, size);
  }

  /** Gives its first name to a file that was begun without one. */
  public void attach(long ino, long parent, byte[] name) {
    builder.attach(ino, parent, name);
  }

  /** What a name in a directory stands for. */
  public long lookup(long parent, byte[] name) {
    return builder.lookup(parent, name);
  }

  /** Forgets all extended attributes of an entry. */
  public void clearXattrs(long ino) {
    builder.clearXattrs(ino);
  }

  public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
    return builder.symlink(parent, name, target, given(meta));
  }

  /** A device, FIFO or socket: {@code type} is S_IFCHR, S_IFBLK, S_IFIFO or S_IFSOCK. */
  public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
    return builder.node(parent, name, type, major, minor, given(meta));
  }

  /** One more name for an existing entry that is no directory. */
  public void link(long ino, long parent, byte[] name) {
    builder.link(ino, parent, name);
  }

  public void xattr(long ino, byte[] name, byte[] value) {
    builder.xattr(ino, name, value);
  }

  /** Replaces owner, permissions and time of an entry. */
  public void meta(long ino, Meta meta) {
    builder.given(ino, given(meta));
  }

  /** Removes a name, and with the last name the entry; of a directory everything below. */
  public void remove(long parent, byte[] name) {
    builder.remove(parent, name);
  }

  /** Content of a file; offsets rise, gaps are holes. */
  public void data(long ino, long offset, byte[] bytes, int from, int length) {
    builder.data(ino, offset, bytes, from, length);
  }

  /** Sets the size of a sparse file that ends in a hole. */
  public void size(long ino, long size) {
    builder.size(ino, size);
  }

  /**
   * Finishes the volume: after this the file exists, is on disk, and opens with exactly the
   * returned root.
   */
  public Sealed seal() {
    builder.seal();
    long bytes = volume.file(false).size();
    volume.close();
    files.move(part, file);
    var directory = file.toAbsolutePath().getParent();
    if (directory != null) files.syncDirectory(directory);
    sealed = true;
    return new Sealed(volume.keys().uuid(), volume.root(), bytes, builder.inodes());
  }

  @Override
  public void close() {
    if (sealed) return;
    volume.close();
    files.delete(part);
  }
}
