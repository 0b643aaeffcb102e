package dev.theca.linux.fuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A whole file system in memory, one lock for all names. What the kernel holds can be counted. */
class MemoryFs implements FuseHandler {
  final Map<Long, MemoryNode> nodes = new ConcurrentHashMap<>();
  final AtomicInteger destroyed = new AtomicInteger();
  final AtomicInteger calls = new AtomicInteger();
  final AtomicInteger cachedWrites = new AtomicInteger();
  final AtomicInteger lastUmask = new AtomicInteger(-1);
  private final AtomicLong next = new AtomicLong(2);
  private final MemoryNode root = new MemoryNode(1, MemoryNode.DIRECTORY | 0755);

  MemoryFs() {
    root.nlink = 2;
    nodes.put(1L, root);
  }

  private MemoryNode node(long ino) {
    calls.incrementAndGet();
    var node = nodes.get(ino);
    if (node == null) throw new FuseException(Errno.ENOENT);
    return node;
  }

  private MemoryNode directory(long ino) {
    var node = node(ino);
    if (!node.is(MemoryNode.DIRECTORY)) throw new FuseException(Errno.ENOTDIR);
    return node;
  }

  private static String text(byte[] name) {
    if (name.length > 255) throw new FuseException(Errno.ENAMETOOLONG);
    return new String(name, ISO_8859_1);
  }

  private static Entry entry(MemoryNode node) {
    node.lookups++;
    return new Entry(node.ino, node.attr());
  }

  private static MemoryNode child(MemoryNode directory, byte[] name) {
    var link = directory.names.get(text(name));
    if (link == null) throw new FuseException(Errno.ENOENT);
    return link.node();
  }

  @Override
  public synchronized Entry lookup(FuseCaller caller, long parent, byte[] name) {
    return entry(child(directory(parent), name));
  }

  @Override
  public synchronized void looked(long node) {
    node(node).lookups++;
  }

  @Override
  public synchronized void forget(long node, long lookups) {
    var known = nodes.get(node);
    if (known == null) return;
    known.lookups -= lookups;
    dropIfUnused(known);
  }

  private void dropIfUnused(MemoryNode node) {
    if (node.nlink <= 0 && node.lookups <= 0) nodes.remove(node.ino);
  }

  @Override
  public FuseAttr getattr(FuseCaller caller, long node) {
    return node(node).attr();
  }

  @Override
  public FuseAttr setattr(FuseCaller caller, long ino, Change change) {
    var node = node(ino);
    long now = MemoryNode.now();
    synchronized (node) {
      if (change.has(FuseFlags.SET_SIZE)) {
        node.resize(change.size());
        node.mtime = now;
      }
      if (change.has(FuseFlags.SET_MODE)) node.mode = node.mode & ~07777 | change.mode() & 07777;
      if (change.has(FuseFlags.SET_UID)) node.uid = change.uid();
      if (change.has(FuseFlags.SET_GID)) node.gid = change.gid();
      if (change.has(FuseFlags.SET_KILL_SUIDGID)) node.killPrivileges();
      if (change.has(FuseFlags.SET_ATIME))
        node.atime = change.has(FuseFlags.SET_ATIME_NOW) ? now : change.atimeNanos();
      if (change.has(FuseFlags.SET_MTIME))
        node.mtime = change.has(FuseFlags.SET_MTIME_NOW) ? now : change.mtimeNanos();
      node.ctime = change.has(FuseFlags.SET_CTIME) ? change.ctimeNanos() : now;
    }
    return node.attr();
  }

  @Override
  public byte[] readlink(long node) {
    return node(node).target;
  }

  private MemoryNode create(FuseCaller caller, long parent, byte[] name, int mode) {
    var directory = directory(parent);
    if (directory.nlink <= 0) throw new FuseException(Errno.ENOENT);
    if (directory.names.containsKey(text(name))) throw new FuseException(Errno.EEXIST);
    var node = make(caller, mode);
    directory.put(text(name), node);
    directory.touch();
    return node;
  }

  private MemoryNode make(FuseCaller caller, int mode) {
    var node = new MemoryNode(next.getAndIncrement(), mode);
    node.uid = caller.uid();
    node.gid = caller.gid();
    nodes.put(node.ino, node);
    return node;
  }

  @Override
  public synchronized Entry symlink(FuseCaller caller, long parent, byte[] name, byte[] target) {
    var node = create(caller, parent, name, MemoryNode.SYMLINK | 0777);
    node.target = target;
    node.size = target.length;
    return entry(node);
  }

  @Override
  public synchronized Entry mknod(
      FuseCaller caller, long parent, byte[] name, int mode, int rdev, int umask) {
    lastUmask.set(umask);
    var node = create(caller, parent, name, mode);
    node.rdev = rdev;
    return entry(node);
  }

  @Override
  public synchronized Entry mkdir(
      FuseCaller caller, long parent, byte[] name, int mode, int umask) {
    lastUmask.set(umask);
    var node = create(caller, parent, name, MemoryNode.DIRECTORY | mode & 07777);
    node.nlink = 2;
    node.parent = directory(parent);
    node.parent.nlink++;
    return entry(node);
  }

  @Override
  public synchronized Entry tmpfile(FuseCaller caller, long parent, int mode, int umask) {
    var node = make(caller, mode);
    node.nlink = 0;
    return entry(node);
  }

  @Override
  public synchronized void unlink(long parent, byte[] name) {
    var directory = directory(parent);
    var node = child(directory, name);
    if (node.is(MemoryNode.DIRECTORY)) throw new FuseException(Errno.EISDIR);
    remove(directory, name, node);
  }

  @Override
  public synchronized void rmdir(long parent, byte[] name) {
    var directory = directory(parent);
    var node = child(directory, name);
    if (!node.is(MemoryNode.DIRECTORY)) throw new FuseException(Errno.ENOTDIR);
    if (!node.names.isEmpty()) throw new FuseException(Errno.ENOTEMPTY);
    remove(directory, name, node);
  }

  private void remove(MemoryNode directory, byte[] name, MemoryNode node) {
    directory.remove(text(name));
    directory.touch();
    if (node.is(MemoryNode.DIRECTORY)) {
      node.nlink = 0;
      directory.nlink--;
    } else {
      node.nlink--;
    }
    node.ctime = MemoryNode.now();
    dropIfUnused(node);
  }

  @Override
  public synchronized void rename(
      FuseCaller caller, long parent, byte[] from, long newParent, byte[] to, int flags) {
    if ((flags & ~7) != 0) throw new FuseException(Errno.EINVAL);
    var source = directory(parent);
    var target = directory(newParent);
    var moved = child(source, from);
    var there = target.names.get(text(to));
    if ((flags & FuseFlags.RENAME_EXCHANGE) != 0) {
      var other = child(target, to);
      target.put(text(to), moved);
      source.put(text(from), other);
      adopt(source, target, moved);
      adopt(target, source, other);
      return;
    }
    if (there != null) {
      if ((flags & FuseFlags.RENAME_NOREPLACE) != 0) throw new FuseException(Errno.EEXIST);
      if (there.node() == moved) return;
      if (!there.node().names.isEmpty()) throw new FuseException(Errno.ENOTEMPTY);
      remove(target, to, there.node());
    }
    source.remove(text(from));
    target.put(text(to), moved);
    adopt(source, target, moved);
    if ((flags & FuseFlags.RENAME_WHITEOUT) != 0) create(caller, parent, from, 0020000);
  }

  private static void adopt(MemoryNode source, MemoryNode target, MemoryNode moved) {
    moved.ctime = MemoryNode.now();
    source.touch();
    target.touch();
    if (!moved.is(MemoryNode.DIRECTORY) || source == target) return;
    moved.parent = target;
    source.nlink--;
    target.nlink++;
  }

  @Override
  public synchronized Entry link(long ino, long newParent, byte[] name) {
    var node = node(ino);
    var directory = directory(newParent);
    if (directory.names.containsKey(text(name))) throw new FuseException(Errno.EEXIST);
    directory.put(text(name), node);
    directory.touch();
    node.nlink++;
    node.ctime = MemoryNode.now();
    return entry(node);
  }

  @Override
  public void read(FuseCaller caller, long node, long handle, long offset, ByteBuffer into) {
    node(node).read(offset, into);
  }

  @Override
  public int write(
      FuseCaller caller, long ino, long handle, long offset, ByteBuffer data, int flags) {
    var node = node(ino);
    int size = data.remaining();
    node.write(offset, data);
    synchronized (node) {
      if ((flags & FuseFlags.WRITE_KILL_SUIDGID) != 0) node.killPrivileges();
      if ((flags & FuseFlags.WRITE_CACHE) == 0) node.touch();
      else cachedWrites.incrementAndGet();
    }
    return size;
  }

  @Override
  public synchronized void readdir(long ino, long after, Entries entries) {
    var directory = directory(ino);
    if (after < 1 && !entries.add(new byte[] {'.'}, 1, ino, directory.attr())) return;
    var up = directory.parent;
    if (after < 2 && !entries.add(new byte[] {'.', '.'}, 2, up.ino, up.attr())) return;
    for (var link : directory.cookies.tailMap(Math.max(2, after), false).values()) {
      var child = link.node();
      byte[] name = link.name().getBytes(ISO_8859_1);
      if (!entries.add(name, link.cookie(), child.ino, child.attr())) return;
    }
  }

  @Override
  public Space statfs() {
    return new Space(1 << 20, 1 << 19, 1 << 20, 1 << 19, 4096);
  }

  @Override
  public void setxattr(FuseCaller caller, long ino, byte[] name, byte[] value, int flags) {
    var node = node(ino);
    synchronized (node) {
      boolean there = node.xattrs.containsKey(text(name));
      if (flags == FuseFlags.XATTR_CREATE && there) throw new FuseException(Errno.EEXIST);
      if (flags == FuseFlags.XATTR_REPLACE && !there) throw new FuseException(Errno.ENODATA);
      node.xattrs.put(text(name), value);
    }
  }

  @Override
  public byte[] getxattr(FuseCaller caller, long ino, byte[] name) {
    var node = node(ino);
    synchronized (node) {
      byte[] value = node.xattrs.get(text(name));
      if (value == null) throw new FuseException(Errno.ENODATA);
      return value;
    }
  }

  @Override
  public byte[] listxattr(FuseCaller caller, long ino) {
    var node = node(ino);
    synchronized (node) {
      var all = new StringBuilder();
      for (String name : node.xattrs.keySet()) {
        if (caller.uid() == 0 || !name.startsWith("trusted.")) all.append(name).append('\0');
      }
      return all.toString().getBytes(ISO_8859_1);
    }
  }

  @Override
  public void removexattr(FuseCaller caller, long ino, byte[] name) {
    var node = node(ino);
    synchronized (node) {
      if (node.xattrs.remove(text(name)) == null) throw new FuseException(Errno.ENODATA);
    }
  }

  @Override
  public void fallocate(long ino, long offset, long length, int mode) {
    int known =
        FuseFlags.FALLOC_KEEP_SIZE | FuseFlags.FALLOC_PUNCH_HOLE | FuseFlags.FALLOC_ZERO_RANGE;
    if ((mode & ~known) != 0) throw new FuseException(Errno.EOPNOTSUPP);
    var node = node(ino);
    synchronized (node) {
      if ((mode & ~FuseFlags.FALLOC_KEEP_SIZE) != 0) node.zero(offset, offset + length);
      if ((mode & FuseFlags.FALLOC_KEEP_SIZE) == 0)
        node.size = Math.max(node.size, offset + length);
    }
  }

  @Override
  public long lseek(long node, long offset, int whence) {
    if (whence != FuseFlags.SEEK_DATA && whence != FuseFlags.SEEK_HOLE)
      throw new FuseException(Errno.EINVAL);
    return node(node).seek(offset, whence == FuseFlags.SEEK_DATA);
  }

  @Override
  public void destroy() {
    destroyed.incrementAndGet();
  }
}
