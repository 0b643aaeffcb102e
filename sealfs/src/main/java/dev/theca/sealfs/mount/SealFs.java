package dev.theca.sealfs.mount;

import dev.theca.linux.Errno;
import dev.theca.linux.fuse.FuseAttr;
import dev.theca.linux.fuse.FuseCaller;
import dev.theca.linux.fuse.FuseException;
import dev.theca.linux.fuse.FuseFlags;
import dev.theca.linux.fuse.FuseHandler;
import dev.theca.sealfs.tree.Files;
import dev.theca.sealfs.tree.Namespace;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A volume behind a mount: requests of the kernel as calls of the store. */
public final class SealFs implements FuseHandler {
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int FRAGMENT = 4096;

  private final Store store;
  private final Namespace names;
  private final Files files;
  private final LongSupplier hostFree;
  private final boolean writable;

  /**
   * Serves a store.
   *
   * @param hostFree bytes that the host has room for
   * @param writable the kernel may hold changes that we have not seen
   */
  public SealFs(Store store, LongSupplier hostFree, boolean writable) {
    this.store = store;
    this.names = store.namespace();
    this.files = store.files();
    this.hostFree = hostFree;
    this.writable = writable;
  }

  private static <T> T answer(Supplier<T> work) {
    try {
      return work.get();
    } catch (PosixException e) {
      throw new FuseException(e.errno());
    }
  }

  private static void act(Runnable work) {
    try {
      work.run();
    } catch (PosixException e) {
      throw new FuseException(e.errno());
    }
  }

  private static Who who(FuseCaller caller) {
    return new Who(caller.uid(), caller.gid());
  }

  private static FuseAttr attr(Stat s) {
    return new FuseAttr(
        s.ino(),
        s.size(),
        s.blocks(),
        s.atime(),
        s.mtime(),
        s.ctime(),
        s.mode(),
        s.nlink(),
        s.uid(),
        s.gid(),
        s.rdev(),
        FRAGMENT);
  }

  private static Entry entry(Supplier<Stat> work) {
    Stat stat = answer(work);
    return new Entry(stat.ino(), attr(stat));
  }

  @Override
  public Entry lookup(FuseCaller caller, long parent, byte[] name) {
    return entry(() -> names.lookup(parent, name));
  }

  @Override
  public void looked(long node) {
    names.looked(node);
  }

  @Override
  public void forget(long node, long lookups) {
    act(() -> names.forget(node, lookups));
  }

  @Override
  public FuseAttr getattr(FuseCaller caller, long node) {
    return attr(answer(() -> names.stat(node)));
  }

  @Override
  public FuseAttr setattr(FuseCaller caller, long node, Change c) {
    var change =
        new SetAttr(
            c.valid(),
            c.size(),
            c.atimeNanos(),
            c.mtimeNanos(),
            c.ctimeNanos(),
            c.mode(),
            c.uid(),
            c.gid());
    return attr(answer(() -> files.setattr(who(caller), node, change)));
  }

  @Override
  public byte[] readlink(long node) {
    return answer(() -> names.readlink(node));
  }

  @Override
  public Entry symlink(FuseCaller caller, long parent, byte[] name, byte[] target) {
    return entry(() -> names.symlink(who(caller), parent, name, target));
  }

  @Override
  public Entry mknod(FuseCaller caller, long parent, byte[] name, int mode, int rdev, int umask) {
    return entry(() -> names.mknod(who(caller), parent, name, mode, rdev, umask));
  }

  @Override
  public Entry mkdir(FuseCaller caller, long parent, byte[] name, int mode, int umask) {
    return entry(() -> names.mkdir(who(caller), parent, name, mode, umask));
  }

  @Override
  public Entry tmpfile(FuseCaller caller, long parent, int mode, int umask) {
    return entry(() -> names.tmpfile(who(caller), parent, mode, umask));
  }

  @Override
  public void unlink(long parent, byte[] name) {
    act(() -> names.unlink(parent, name));
  }

  @Override
  public void rmdir(long parent, byte[] name) {
    act(() -> names.rmdir(parent, name));
  }

  @Override
  public void rename(
      FuseCaller caller, long parent, byte[] from, long newParent, byte[] to, int flags) {
    act(() -> names.rename(who(caller), parent, from, newParent, to, flags));
  }

  @Override
  public Entry link(long node, long newParent, byte[] newName) {
    return entry(() -> names.link(node, newParent, newName));
  }

  @Override
  public void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into) {
    act(() -> files.read(node, offset, into));
  }

  @Override
  public int write(
      FuseCaller caller, long node, long handle, long offset, ByteBuffer data, int flags) {
    boolean cached = (flags & FuseFlags.WRITE_CACHE) != 0;
    boolean kill = (flags & FuseFlags.WRITE_KILL_SUIDGID) != 0;
    return answer(() -> files.write(node, offset, data, cached, kill));
  }

  @Override
  public void readdir(long node, long after, Entries entries) {
    act(
        () ->
            names.list(
                node,
                after,
                (name, cookie, stat) -> entries.add(name, cookie, stat.ino(), attr(stat))));
  }

  @Override
  public Space statfs() {
    long free = store.freeBytes(hostFree.getAsLong()) / FRAGMENT;
    long used = store.usedBytes() / FRAGMENT;
    long files = names.inodes();
    return new Space(used + free, free, files + names.inodesLeft(), names.inodesLeft(), FRAGMENT);
  }

  @Override
  public void fsync(long node, boolean dataOnly) {
    act(store::sync);
  }

  @Override
  public void setxattr(FuseCaller caller, long node, byte[] name, byte[] value, int flags) {
    act(() -> files.setxattr(node, name, value, flags));
  }

  @Override
  public byte[] getxattr(FuseCaller caller, long node, byte[] name) {
    return answer(() -> files.getxattr(node, name));
  }

  @Override
  public byte[] listxattr(FuseCaller caller, long node) {
    return answer(() -> files.listxattr(who(caller), node));
  }

  @Override
  public void removexattr(FuseCaller caller, long node, byte[] name) {
    act(() -> files.removexattr(node, name));
  }

  @Override
  public void fallocate(long node, long offset, long length, int mode) {
    act(() -> files.fallocate(node, offset, length, mode));
  }

  /**
   * Where the holes are, of what cannot change. The kernel asks without writing back first what its
   * cache or a mapping holds: we would tell of holes where data waits, and cp(1) would copy zeroes.
   * After ENOSYS it takes all for data.
   */
  @Override
  public long lseek(long node, long offset, int whence) {
    if (writable) throw new FuseException(Errno.ENOSYS);
    if (whence != SEEK_DATA && whence != SEEK_HOLE) throw new FuseException(Errno.EINVAL);
    return answer(() -> files.seek(node, offset, whence == SEEK_DATA));
  }
}
