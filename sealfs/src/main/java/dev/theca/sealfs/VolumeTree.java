package dev.theca.sealfs;

import dev.theca.linux.Errno;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.gramine.TreeSource;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What is in an opened volume, without a mount: names, attributes, content. Content that is not
 * what was stored is a refusal ({@link dev.theca.wire.RefusedException}), never wrong bytes. Lives
 * as long as its volume; does not count as a user of a file, so what is removed meanwhile is gone.
 */
public final class VolumeTree implements TreeSource {
  private static final int S_IFMT = 0170000;

  private final Volume volume;

  VolumeTree(Volume volume) {
    this.volume = volume;
  }

  private Store store() {
    return volume.store();
  }

  /**
   * Attributes of an entry.
   *
   * @param mode type and permissions, as in {@code st_mode}
   * @param major of a device
   * @param mtimeNanos nanoseconds since 1970
   */
  public record Node(
      long ino,
      int mode,
      int nlink,
      int uid,
      int gid,
      int major,
      int minor,
      long size,
      long mtimeNanos) {
    /** One of S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK. */
    public int type() {
      return mode & S_IFMT;
    }

    public boolean isDirectory() {
      return type() == 0040000;
    }

    public boolean isFile() {
      return type() == 0100000;
    }

    public boolean isSymlink() {
      return type() == 0120000;
    }

    /** What the volume's writers take. */
    public Meta meta() {
      return new Meta(mode & 07777, uid, gid, mtimeNanos);
    }
  }

  static Node node(Stat s) {
    int major = s.rdev() >>> 8 & 0xFFF;
    int minor = s.rdev() & 0xFF | s.rdev() >>> 12 & 0xFFF00;
    return new Node(
        s.ino(), s.mode(), s.nlink(), s.uid(), s.gid(), major, minor, s.size(), s.mtime());
  }

  private <T> T answer(Supplier<T> work) {
    try {
      return work.get();
    } catch (PosixException e) {
      if (e.errno() == Errno.EIO)
        return Refusals.<T>of(new Damaged("content that is not what was stored"), volume.file())
            .orThrow();
      throw new IllegalArgumentException("no such entry (" + Errno.describe(e.errno()) + ")", e);
    }
  }

  public Node node(long ino) {
    return node(answer(() -> store().namespace().stat(ino)));
  }

  /** What a name in a directory stands for. */
  public Optional<Node> find(long directory, byte[] name) {
    return answer(() -> Optional.ofNullable(store().namespace().find(directory, name)))
        .map(VolumeTree::node);
  }

  /** Walks a path from the root; symlinks are not followed. */
  public Optional<Node> find(String path) {
    Node at = node(ROOT);
    for (String part : path.split("/")) {
      if (part.isEmpty() || part.equals(".")) continue;
      if (!at.isDirectory() || part.equals("..")) return Optional.empty();
      var next = find(at.ino(), part.getBytes(StandardCharsets.UTF_8));
      if (next.isEmpty()) return next;
      at = next.get();
    }
    return Optional.of(at);
  }

  @Override
  public Item item(long ino) {
    Node node = node(ino);
    return new Item(
        ino, node.mode(), node.size(), node.nlink(), node.uid(), node.gid(), xattrs(ino));
  }

  /** Names of extended attributes; bytes of no UTF-8 cannot be named here. */
  public List<String> xattrs(long ino) {
    byte[] names = answer(() -> store().files().listxattr(Who.ROOT, ino));
    return Arrays.stream(new String(names, StandardCharsets.UTF_8).split("\0"))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  public byte[] xattr(long ino, String name) {
    return answer(() -> store().files().getxattr(ino, name.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void children(long directory, BiConsumer<byte[], Long> each) {
    record Child(byte[] name, long ino) {}
    var found = new ArrayList<Child>(); // first: they are listed under the lock of all names
    answer(
        () -> {
          store()
              .namespace()
              .list(
                  directory,
                  2, // behind "." and ".."
                  (name, cookie, stat) -> found.add(new Child(name.clone(), stat.ino())));
          return directory;
        });
    found.forEach(child -> each.accept(child.name(), child.ino()));
  }

  @Override
  public byte[] target(long symlink) {
    return answer(() -> store().namespace().readlink(symlink));
  }

  /** How many bytes were read: fewer than asked for at the end of the file only. */
  @Override
  public int read(long file, long offset, byte[] into, int from, int length) {
    return answer(
        () -> {
          var part = ByteBuffer.wrap(into, from, length);
          store().files().read(file, offset, part);
          return part.position() - from;
        });
  }

  /** Where content begins at or behind an offset; empty when only a hole is left. */
  public Optional<Long> nextData(long file, long offset) {
    try {
      return Optional.of(store().files().seek(file, offset, true));
    } catch (PosixException e) {
      if (e.errno() == Errno.ENXIO) return Optional.empty();
      return answer(
          () -> {
            throw e;
          });
    }
  }

  /** Where the content at an offset ends: at a hole, or at the end of the file. */
  public long nextHole(long file, long offset) {
    return answer(() -> store().files().seek(file, offset, false));
  }
}
