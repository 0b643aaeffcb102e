package dev.theca.bench.fuse;

import dev.theca.linux.Errno;
import dev.theca.linux.fuse.FuseAttr;
import dev.theca.linux.fuse.FuseCaller;
import dev.theca.linux.fuse.FuseException;
import dev.theca.linux.fuse.FuseFlags;
import dev.theca.linux.fuse.FuseHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names, attributes and sizes in memory; what is written is forgotten and what is read is whatever
 * the buffer held.
 */
final class NullTree implements FuseHandler {
  private static final int FOLDER = 0040000;
  private static final int SYMLINK = 0120000;

  private static final class Node {
    final long ino;
    final Map<String, Long> cookies = new HashMap<>();
    final TreeMap<Long, Map.Entry<String, Node>> children = new TreeMap<>();
    volatile FuseAttr attr;
    long lookups;
    long nextCookie = 3;
    byte[] target = new byte[0];
    Node parent = this;

    Node(long ino, int mode, FuseCaller caller) {
      this.ino = ino;
      int links = (mode & 0170000) == FOLDER ? 2 : 1;
      this.attr =
          new FuseAttr(ino, 0, 0, 0, 0, 0, mode, links, caller.uid(), caller.gid(), 0, 4096);
    }

    void put(String name, Node child) {
      long cookie = nextCookie++;
      cookies.put(name, cookie);
      children.put(cookie, Map.entry(name, child));
    }

    Node take(String name) {
      Long cookie = cookies.remove(name);
      if (cookie == null) throw new FuseException(Errno.ENOENT);
      return children.remove(cookie).getValue();
    }

    void linked(int more) {
      var a = attr;
      attr = with(a, a.size(), a.mode(), a.nlink() + more, a.uid(), a.gid(), a.mtimeNanos());
    }
  }

  private final Map<Long, Node> nodes = new ConcurrentHashMap<>();
  private long next = 2;

  NullTree() {
    nodes.put(1L, new Node(1, FOLDER | 0755, new FuseCaller(0, 0, 0)));
  }

  private static FuseAttr with(
      FuseAttr a, long size, int mode, int nlink, int uid, int gid, long time) {
    return new FuseAttr(
        a.ino(), size, (size + 511) / 512, time, time, time, mode, nlink, uid, gid, 0, 4096);
  }

  private Node node(long ino) {
    Node node = nodes.get(ino);
    if (node == null) throw new FuseException(Errno.ENOENT);
    return node;
  }

  private static String text(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static Entry entry(Node node) {
    node.lookups++;
    return new Entry(node.ino, node.attr);
  }

  @Override
  public synchronized Entry lookup(FuseCaller caller, long parent, byte[] name) {
    Node folder = node(parent);
    Long cookie = folder.cookies.get(text(name));
    if (cookie == null) throw new FuseException(Errno.ENOENT);
    return entry(folder.children.get(cookie).getValue());
  }

  @Override
  public synchronized void looked(long node) {
    node(node).lookups++;
  }

  @Override
  public synchronized void forget(long ino, long lookups) {
    Node node = nodes.get(ino);
    if (node == null) return;
    node.lookups -= lookups;
    if (node.lookups <= 0 && node.attr.nlink() <= 0) nodes.remove(ino);
  }

  @Override
  public FuseAttr getattr(FuseCaller caller, long ino) {
    return node(ino).attr;
  }

  @Override
  public synchronized FuseAttr setattr(FuseCaller caller, long ino, Change change) {
    Node node = node(ino);
    FuseAttr a = node.attr;
    int mode = a.mode();
    if (change.has(FuseFlags.SET_MODE)) mode = mode & ~07777 | change.mode() & 07777;
    node.attr =
        with(
            a,
            change.has(FuseFlags.SET_SIZE) ? change.size() : a.size(),
            mode,
            a.nlink(),
            change.has(FuseFlags.SET_UID) ? change.uid() : a.uid(),
            change.has(FuseFlags.SET_GID) ? change.gid() : a.gid(),
            change.has(FuseFlags.SET_MTIME) ? change.mtimeNanos() : a.mtimeNanos());
    return node.attr;
  }

  @Override
  public byte[] readlink(long node) {
    return node(node).target;
  }

  private Node make(FuseCaller caller, long parent, byte[] name, int mode) {
    Node folder = node(parent);
    if (folder.cookies.containsKey(text(name))) throw new FuseException(Errno.EEXIST);
    var node = new Node(next++, mode, caller);
    node.parent = folder;
    nodes.put(node.ino, node);
    folder.put(text(name), node);
    return node;
  }

  @Override
  public synchronized Entry symlink(FuseCaller caller, long parent, byte[] name, byte[] target) {
    Node node = make(caller, parent, name, SYMLINK | 0777);
    node.target = target;
    return entry(node);
  }

  @Override
  public synchronized Entry mknod(
      FuseCaller caller, long parent, byte[] name, int mode, int rdev, int umask) {
    return entry(make(caller, parent, name, mode));
  }

  @Override
  public synchronized Entry mkdir(
      FuseCaller caller, long parent, byte[] name, int mode, int umask) {
    return entry(make(caller, parent, name, FOLDER | mode & 07777));
  }

  @Override
  public synchronized Entry link(long ino, long newParent, byte[] newName) {
    Node node = node(ino);
    node(newParent).put(text(newName), node);
    node.linked(1);
    return entry(node);
  }

  @Override
  public synchronized void unlink(long parent, byte[] name) {
    node(parent).take(text(name)).linked(-1);
  }

  @Override
  public synchronized void rmdir(long parent, byte[] name) {
    Node folder = node(parent);
    Long cookie = folder.cookies.get(text(name));
    if (cookie != null && !folder.children.get(cookie).getValue().children.isEmpty())
      throw new FuseException(Errno.ENOTEMPTY);
    folder.take(text(name)).linked(-2);
  }

  @Override
  public synchronized void rename(
      FuseCaller caller, long parent, byte[] name, long newParent, byte[] newName, int flags) {
    if (flags != 0) throw new FuseException(Errno.EINVAL);
    Node moved = node(parent).take(text(name));
    Node to = node(newParent);
    if (to.cookies.containsKey(text(newName))) to.take(text(newName)).linked(-1);
    to.put(text(newName), moved);
    moved.parent = to;
  }

  @Override
  public void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into) {
    long left = Math.max(0, node(node).attr.size() - offset);
    into.position((int) Math.min(left, into.remaining()));
  }

  @Override
  public int write(
      FuseCaller caller, long ino, long handle, long offset, ByteBuffer data, int flags) {
    int size = data.remaining();
    Node node = node(ino);
    if (offset + size > node.attr.size()) grow(node, offset + size);
    return size;
  }

  private synchronized void grow(Node node, long size) {
    FuseAttr a = node.attr;
    if (size > a.size())
      node.attr = with(a, size, a.mode(), a.nlink(), a.uid(), a.gid(), a.mtimeNanos());
  }

  @Override
  public synchronized void readdir(long ino, long after, Entries entries) {
    Node folder = node(ino);
    if (after < 1 && !entries.add(new byte[] {'.'}, 1, ino, folder.attr)) return;
    Node up = folder.parent;
    if (after < 2 && !entries.add(new byte[] {'.', '.'}, 2, up.ino, up.attr)) return;
    for (var child : folder.children.tailMap(Math.max(2, after), false).entrySet()) {
      byte[] name = child.getValue().getKey().getBytes(StandardCharsets.ISO_8859_1);
      Node node = child.getValue().getValue();
      if (!entries.add(name, child.getKey(), node.ino, node.attr)) return;
    }
  }

  @Override
  public byte[] getxattr(FuseCaller caller, long node, byte[] name) {
    throw new FuseException(Errno.ENODATA);
  }
}
