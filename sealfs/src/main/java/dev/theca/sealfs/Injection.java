package dev.theca.sealfs;

import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Tree;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Puts entries into a tree that is not mounted yet, and finds them. Symlinks are never followed.
 */
final class Injection {
  private static final int S_IFREG = 0100000;

  private final Store store;

  Injection(Store store) {
    this.store = store;
  }

  void file(String path, byte[] bytes, int mode) {
    file(path, bytes, mode, 0, 0);
  }

  void file(String path, byte[] bytes, int mode, int uid, int gid) {
    var parts = parts(path);
    long parent = directories(parts.subList(0, parts.size() - 1));
    byte[] name = name(parts.getLast());
    Stat there = store.namespace().find(parent, name);
    if (there != null) {
      if (there.isDirectory()) throw new IllegalArgumentException(path + " is a directory");
      store.namespace().unlink(parent, name);
    }
    Stat made = store.namespace().mknod(Who.ROOT, parent, name, S_IFREG | mode, 0, 0);
    if (bytes.length > 0) {
      int unused = store.files().write(made.ino(), 0, ByteBuffer.wrap(bytes), false, false);
    }
    if (uid != 0 || gid != 0)
      change(made.ino(), new SetAttr(SetAttr.UID | SetAttr.GID, 0, 0, 0, 0, 0, uid, gid));
    store.namespace().forget(made.ino(), 1);
  }

  void directory(String path, int mode) {
    change(directories(parts(path)), new SetAttr(SetAttr.MODE, 0, 0, 0, 0, mode, 0, 0));
  }

  void root(int mode, int uid, int gid) {
    int all = SetAttr.MODE | SetAttr.UID | SetAttr.GID;
    change(Tree.ROOT, new SetAttr(all, 0, 0, 0, 0, mode, uid, gid));
  }

  private void change(long ino, SetAttr how) {
    Stat unused = store.files().setattr(Who.ROOT, ino, how);
  }

  private long directories(List<String> parts) {
    if (!store.isWritable()) throw new IllegalStateException("the volume takes no changes");
    long at = Tree.ROOT;
    for (String part : parts) {
      Stat next = store.namespace().find(at, name(part));
      if (next != null && !next.isDirectory())
        throw new IllegalArgumentException("'" + part + "' is no directory");
      if (next == null) {
        next = store.namespace().mkdir(Who.ROOT, at, name(part), 0755, 0);
        store.namespace().forget(next.ino(), 1);
      }
      at = next.ino();
    }
    return at;
  }

  Optional<Stat> find(String path) {
    long at = Tree.ROOT;
    for (String part : parts(path)) {
      try {
        Stat next = store.namespace().find(at, name(part));
        if (next == null) return Optional.empty();
        at = next.ino();
      } catch (PosixException e) {
        return Optional.empty(); // below what is no directory there is nothing
      }
    }
    return Optional.of(store.namespace().stat(at));
  }

  Optional<byte[]> content(String path, int limit) {
    return find(path).filter(there -> there.isFile() && there.size() <= limit).flatMap(this::whole);
  }

  private Optional<byte[]> whole(Stat there) {
    byte[] all = new byte[(int) there.size()];
    try {
      store.files().read(there.ino(), 0, ByteBuffer.wrap(all));
      return Optional.of(all);
    } catch (PosixException e) {
      return Optional.empty();
    }
  }

  private static byte[] name(String part) {
    return part.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> parts(String path) {
    var parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
    if (parts.isEmpty() || parts.contains("..") || parts.contains("."))
      throw new IllegalArgumentException("no plain path: " + path);
    return parts;
  }
}
