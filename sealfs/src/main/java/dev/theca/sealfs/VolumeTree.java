package dev.theca.sealfs;

import dev.theca.sealfs.gramine.PfException;
import dev.theca.sealfs.gramine.TreeSource;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** The tree of an open volume, for an export; content that was changed by the host is a fault. */
final class VolumeTree implements TreeSource {
  private final Store store;

  VolumeTree(Store store) {
    this.store = store;
  }

  @Override
  public Item item(long ino) {
    Stat stat = store.namespace().stat(ino);
    byte[] names = store.files().listxattr(Who.ROOT, ino);
    var xattrs =
        names.length == 0
            ? List.<String>of()
            : List.of(new String(names, StandardCharsets.UTF_8).split("\0"));
    return new Item(ino, stat.mode(), stat.size(), stat.nlink(), stat.uid(), stat.gid(), xattrs);
  }

  @Override
  public void children(long directory, BiConsumer<byte[], Long> each) {
    store
        .namespace()
        .list(
            directory,
            2, // behind "." and ".."
            (name, cookie, of) -> {
              each.accept(name, of.ino());
              return true;
            });
  }

  @Override
  public byte[] target(long symlink) {
    return store.namespace().readlink(symlink);
  }

  @Override
  public int read(long file, long offset, byte[] into, int from, int length) {
    var bytes = ByteBuffer.wrap(into, from, length);
    try {
      store.files().read(file, offset, bytes);
    } catch (PosixException e) {
      throw new PfException("content of inode " + file + " is not what was sealed", e);
    }
    return bytes.position() - from;
  }
}
