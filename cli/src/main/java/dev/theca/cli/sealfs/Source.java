package dev.theca.cli.sealfs;

import dev.theca.sealfs.VolumeTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where a tree is copied from. Two names of one file have one id. */
interface Source {
  /** A name in a folder. */
  record Child(byte[] name, long id) {}

  /** Takes pieces of a file, by rising offsets; what lies between is a hole. */
  @FunctionalInterface
  interface Pieces {
    void data(long offset, byte[] bytes, int from, int length);
  }

  long root();

  VolumeTree.Node node(long id) throws IOException;

  List<Child> children(long id) throws IOException;

  byte[] target(long id) throws IOException;

  Map<String, byte[]> xattrs(long id) throws IOException;

  void content(long id, long size, Pieces to) throws IOException;

  /** An opened volume. */
  static Source of(VolumeTree tree) {
    return new Source() {
      private final byte[] buffer = new byte[1 << 20];

      @Override
      public long root() {
        return VolumeTree.ROOT;
      }

      @Override
      public VolumeTree.Node node(long id) {
        return tree.node(id);
      }

      @Override
      public List<Child> children(long id) {
        var found = new ArrayList<Child>();
        tree.children(id, (name, ino) -> found.add(new Child(name, ino)));
        return found;
      }

      @Override
      public byte[] target(long id) {
        return tree.target(id);
      }

      @Override
      public Map<String, byte[]> xattrs(long id) {
        var all = new HashMap<String, byte[]>();
        for (String name : tree.xattrs(id)) all.put(name, tree.xattr(id, name));
        return all;
      }

      @Override
      public void content(long id, long size, Pieces to) {
        for (long at = 0; at < size; ) {
          var begins = tree.nextData(id, at);
          if (begins.isEmpty()) return;
          at = begins.get();
          for (long end = tree.nextHole(id, at); at < end; ) {
            int n = tree.read(id, at, buffer, 0, (int) Math.min(buffer.length, end - at));
            if (n <= 0) return;
            to.data(at, buffer, 0, n);
            at += n;
          }
        }
      }
    };
  }
}
