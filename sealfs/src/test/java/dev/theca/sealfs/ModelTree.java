package dev.theca.sealfs;

import dev.theca.linux.Errno;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What a file system with POSIX semantics holds, as plain maps: the truth that a volume is compared
 * with. A refused operation returns the errno and changes nothing; 0 is success.
 */
final class ModelTree {
  static final int PAGE = 4096;

  /** A file, directory, symlink or node. */
  static final class Node {
    final char type;

    /** Number in the volume under test. */
    long ino;

    int nlink = 1;
    int mode;
    long size;
    byte[] target = {};
    final TreeMap<Long, byte[]> pages = new TreeMap<>();
    final TreeMap<String, byte[]> xattrs = new TreeMap<>();
    final TreeMap<String, Node> children = new TreeMap<>();
    @Nullable Node parent;
    private @Nullable String told;

    Node(char type) {
      this.type = type;
    }

    boolean isDirectory() {
      return type == 'd';
    }

    void touched() {
      told = null;
    }

    private String told() {
      String known = told;
      if (known != null) return known;
      var text = new StringBuilder().append(type).append(' ').append(Integer.toOctalString(mode));
      if (type == 'l') text.append(' ').append(HexFormat.of().formatHex(target));
      if (type == 'f') text.append(' ').append(size).append(content(pages));
      xattrs.forEach((name, value) -> text.append(' ').append(name).append('=').append(crc(value)));
      return told = text.toString();
    }
  }

  final Node root = new Node('d');

  ModelTree() {
    root.mode = 0755;
    root.parent = root;
    root.nlink = 2;
    root.ino = Volume.ROOT;
  }

  static String crc(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    return Long.toHexString(crc.getValue());
  }

  /** Pages that hold anything but zeroes, with their checksums. */
  static String content(Map<Long, byte[]> pages) {
    var text = new StringBuilder();
    pages.forEach(
        (number, page) -> {
          for (byte b : page)
            if (b != 0) {
              text.append(' ').append(number).append(':').append(crc(page));
              return;
            }
        });
    return text.toString();
  }

  void write(Node file, long offset, byte[] data) {
    for (int at = 0; at < data.length; ) {
      long position = offset + at;
      int within = (int) (position % PAGE);
      int n = Math.min(data.length - at, PAGE - within);
      byte[] page = file.pages.computeIfAbsent(position / PAGE, p -> new byte[PAGE]);
      System.arraycopy(data, at, page, within, n);
      at += n;
    }
    file.size = Math.max(file.size, offset + data.length);
    file.touched();
  }

  byte[] read(Node file, long offset, int length) {
    byte[] out = new byte[Math.clamp(file.size - offset, 0, length)];
    for (int at = 0; at < out.length; ) {
      long position = offset + at;
      int within = (int) (position % PAGE);
      int n = Math.min(out.length - at, PAGE - within);
      byte[] page = file.pages.get(position / PAGE);
      if (page != null) System.arraycopy(page, within, out, at, n);
      at += n;
    }
    return out;
  }

  void zero(Node file, long offset, long length) {
    long end = Math.min(file.size, offset + length);
    if (offset >= end) return;
    for (Map.Entry<Long, byte[]> entry :
        file.pages.subMap(offset / PAGE, true, end / PAGE, true).entrySet()) {
      long start = entry.getKey() * PAGE;
      int from = Math.clamp(offset - start, 0, PAGE);
      int to = Math.clamp(end - start, 0, PAGE);
      if (from < to) Arrays.fill(entry.getValue(), from, to, (byte) 0);
    }
    file.touched();
  }

  void truncate(Node file, long size) {
    if (size < file.size) {
      zero(file, size, file.size - size);
      file.pages.tailMap((size + PAGE - 1) / PAGE, true).clear();
    }
    file.size = size;
    file.touched();
  }

  int add(Node parent, String name, Node node) {
    if (parent.nlink == 0) return Errno.ENOENT;
    if (parent.children.containsKey(name)) return Errno.EEXIST;
    parent.children.put(name, node);
    if (node.isDirectory()) {
      node.nlink = 2;
      node.parent = parent;
      parent.nlink++;
    }
    return 0;
  }

  int link(Node node, Node parent, String name) {
    if (node.isDirectory()) return Errno.EPERM;
    if (parent.nlink == 0) return Errno.ENOENT;
    if (parent.children.containsKey(name)) return Errno.EEXIST;
    parent.children.put(name, node);
    node.nlink++;
    return 0;
  }

  int unlink(Node parent, String name) {
    Node node = parent.children.get(name);
    if (node == null) return Errno.ENOENT;
    if (node.isDirectory()) return Errno.EISDIR;
    parent.children.remove(name);
    node.nlink--;
    return 0;
  }

  int rmdir(Node parent, String name) {
    Node node = parent.children.get(name);
    if (node == null) return Errno.ENOENT;
    if (!node.isDirectory()) return Errno.ENOTDIR;
    if (!node.children.isEmpty()) return Errno.ENOTEMPTY;
    drop(parent, name, node);
    return 0;
  }

  private static void drop(Node parent, String name, Node node) {
    parent.children.remove(name);
    if (node.isDirectory()) {
      node.nlink = 0;
      parent.nlink--;
    } else {
      node.nlink--;
    }
  }

  private static boolean isBelow(Node node, Node ancestor) {
    for (Node at = node; ; ) {
      if (at == ancestor) return true;
      Node up = at.parent;
      if (up == null || up == at) return false;
      at = up;
    }
  }

  /** renameat2(2) with flags 1 NOREPLACE, 2 EXCHANGE, 4 WHITEOUT. */
  int rename(Node source, String from, Node target, String to, int flags) {
    Node moved = source.children.get(from);
    if (moved == null) return Errno.ENOENT;
    if (target.nlink == 0) return Errno.ENOENT;
    if (moved.isDirectory() && isBelow(target, moved)) return Errno.EINVAL;
    Node there = target.children.get(to);
    if (flags == 2) {
      if (there == null) return Errno.ENOENT;
      if (there == moved) return 0;
      if (there.isDirectory() && isBelow(source, there)) return Errno.EINVAL;
      source.children.put(from, there);
      target.children.put(to, moved);
      adopt(source, target, moved);
      adopt(target, source, there);
      return 0;
    }
    if (there != null && (flags & 1) != 0) return Errno.EEXIST;
    if (there == moved) return 0;
    if (there != null) {
      if (moved.isDirectory() && !there.isDirectory()) return Errno.ENOTDIR;
      if (!moved.isDirectory() && there.isDirectory()) return Errno.EISDIR;
      if (!there.children.isEmpty()) return Errno.ENOTEMPTY;
      drop(target, to, there);
    }
    source.children.remove(from);
    target.children.put(to, moved);
    adopt(source, target, moved);
    if ((flags & 4) != 0) {
      var left = new Node('c');
      source.children.put(from, left);
    }
    return 0;
  }

  private static void adopt(Node source, Node target, Node moved) {
    if (!moved.isDirectory() || source == target) return;
    moved.parent = target;
    source.nlink--;
    target.nlink++;
  }

  /** Everything as one text: names, links, types, sizes, contents, attributes. */
  String told() {
    var text = new StringBuilder();
    var seen = new java.util.IdentityHashMap<Node, Integer>();
    tell("", root, text, seen);
    return text.toString();
  }

  private static void tell(String path, Node node, StringBuilder text, Map<Node, Integer> seen) {
    Integer number = seen.putIfAbsent(node, seen.size());
    text.append(path).append(' ').append(number == null ? seen.size() - 1 : number);
    text.append(' ').append(node.nlink).append(' ').append(node.told()).append('\n');
    node.children.forEach((name, child) -> tell(path + "/" + name, child, text, seen));
  }

  static byte[] name(String name) {
    return name.getBytes(StandardCharsets.ISO_8859_1);
  }
}
