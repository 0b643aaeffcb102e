package dev.theca.sealfs.gramine;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * A finished tree to be exported; it does not change meanwhile. {@link #read} is called by several
 * threads at once, for different files, everything else by one. Names and targets are bytes.
 */
public interface TreeSource {
  /** The root directory's number. */
  long ROOT = 1;

  /**
   * What an inode says about itself.
   *
   * @param mode type and permissions, as in {@code st_mode}
   * @param xattrs the names of its extended attributes, for the report
   */
  record Item(long ino, int mode, long size, int nlink, int uid, int gid, List<String> xattrs) {
    public Item {
      xattrs = List.copyOf(xattrs);
    }
  }

  Item item(long ino);

  /** The entries of a directory without {@code .} and {@code ..}, in any order. */
  void children(long directory, BiConsumer<byte[], Long> each);

  /** The target of a symbolic link. */
  byte[] target(long symlink);

  /** Reads at most {@code length} bytes; see {@link PfSource#read}. */
  int read(long file, long offset, byte[] into, int from, int length);
}
