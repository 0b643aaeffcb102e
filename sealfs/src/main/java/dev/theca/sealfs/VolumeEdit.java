package dev.theca.sealfs;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Changes a volume that keeps its changes, without a mount. What was done is durable after {@link
 * Volume#sync} or {@link Volume#close}. A full volume is a {@link SealfsException} that says so,
 * what POSIX forbids is an {@link IllegalArgumentException}.
 */
public final class VolumeEdit {
  private static final int S_IFREG = 0100000;

  private final Volume volume;

  VolumeEdit(Volume volume) {
    if (!volume.isWritable()) throw new IllegalStateException("the volume takes no changes");
    this.volume = volume;
  }

  private Store store() {
    return volume.store();
  }

  private static <T> T done(Supplier<T> work) {
    try {
      return work.get();
    } catch (PosixException e) {
      if (e.errno() == Errno.ENOSPC)
        throw SealfsException.noSpace("the volume is full: " + Errno.describe(Errno.ENOSPC), e);
      if (e.errno() == Errno.EIO || e.errno() == Errno.EROFS)
        throw new SealfsException("the volume takes no changes any more", e);
      throw new IllegalArgumentException("refused: " + Errno.describe(e.errno()), e);
    }
  }

  private long made(Supplier<Stat> work) {
    Stat stat = done(work);
    store().namespace().forget(stat.ino(), 1);
    return stat.ino();
  }

  private static Who who(Meta meta) {
    return new Who(meta.uid(), meta.gid());
  }

  public long mkdir(long parent, byte[] name, Meta meta) {
    return made(() -> store().namespace().mkdir(who(meta), parent, name, meta.mode() & 07777, 0));
  }

  public long file(long parent, byte[] name, Meta meta) {
    return node(parent, name, S_IFREG, 0, 0, meta);
  }

  /** A device, FIFO or socket: {@code type} is S_IFCHR, S_IFBLK, S_IFIFO or S_IFSOCK. */
  public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
    int rdev = minor & 0xFF | major << 8 | (minor & ~0xFF) << 12;
    int mode = type | meta.mode() & 07777;
    return made(() -> store().namespace().mknod(who(meta), parent, name, mode, rdev, 0));
  }

  public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
    return made(() -> store().namespace().symlink(who(meta), parent, name, target));
  }

  /** One more name for an entry that is no directory. */
  public void link(long ino, long parent, byte[] name) {
    long unused = made(() -> store().namespace().link(ino, parent, name));
  }

  /** Removes a name of what is no directory. */
  public void unlink(long parent, byte[] name) {
    int unused =
        done(
            () -> {
              store().namespace().unlink(parent, name);
              return 0;
            });
  }

  public void data(long file, long offset, byte[] bytes, int from, int length) {
    int unused =
        done(
            () ->
                store()
                    .files()
                    .write(file, offset, ByteBuffer.wrap(bytes, from, length), false, false));
  }

  /** Sets the size; what is new is a hole. */
  public void size(long file, long size) {
    Stat unused =
        done(
            () ->
                store()
                    .files()
                    .setattr(Who.ROOT, file, new SetAttr(SetAttr.SIZE, size, 0, 0, 0, 0, 0, 0)));
  }

  public void xattr(long ino, byte[] name, byte[] value) {
    int unused =
        done(
            () -> {
              store().files().setxattr(ino, name, value, 0);
              return 0;
            });
  }

  /** Sets owner, permissions and time, in the order in which none undoes another. */
  public void meta(long ino, Meta meta) {
    int owner = SetAttr.UID | SetAttr.GID;
    long time = meta.mtimeNanos();
    int rest = SetAttr.MODE | SetAttr.MTIME | SetAttr.ATIME;
    Stat stat = done(() -> store().namespace().stat(ino));
    if (stat.isSymlink()) rest &= ~SetAttr.MODE;
    int valid = rest;
    Stat unused =
        done(
            () -> {
              var files = store().files();
              Stat owned =
                  files.setattr(
                      Who.ROOT, ino, new SetAttr(owner, 0, 0, 0, 0, 0, meta.uid(), meta.gid()));
              return files.setattr(
                  Who.ROOT,
                  owned.ino(),
                  new SetAttr(valid, 0, time, time, 0, meta.mode() & 07777, 0, 0));
            });
  }
}
