package dev.theca.sealfs.gramine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A tree in memory, made path by path; content is read by many threads. */
final class MadeTree implements TreeSource {
  private static final class Node {
    int mode;
    int nlink = 1;
    int uid;
    int gid;
    List<String> xattrs = List.of();
    byte[] content = new byte[0];
    final Map<String, Long> children = new LinkedHashMap<>(); // one char per byte
  }

  private final Map<Long, Node> nodes = new HashMap<>();
  private final List<Long> damaged = new ArrayList<>();

  MadeTree() {
    add(0040755);
  }

  private long add(int mode) {
    var node = new Node();
    node.mode = mode;
    nodes.put(nodes.size() + 1L, node);
    return nodes.size();
  }

  static String name(byte[] bytes) {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private Node at(String path) {
    return nodes.get(ino(path));
  }

  long ino(String path) {
    long at = ROOT;
    for (String name : path.split("/")) if (!name.isEmpty()) at = nodes.get(at).children.get(name);
    return at;
  }

  private long put(String path, int mode) {
    int slash = path.lastIndexOf('/');
    long ino = add(mode);
    at(slash < 0 ? "" : path.substring(0, slash)).children.put(path.substring(slash + 1), ino);
    return ino;
  }

  MadeTree dir(String path) {
    return dir(path, 0755);
  }

  MadeTree dir(String path, int permissions) {
    put(path, 0040000 | permissions);
    return this;
  }

  MadeTree file(String path, byte[] content) {
    nodes.get(put(path, 0100644)).content = content;
    return this;
  }

  MadeTree file(String path, String content) {
    return file(path, Bytes.utf8(content));
  }

  MadeTree symlink(String path, String target) {
    nodes.get(put(path, 0120777)).content = Bytes.utf8(target);
    return this;
  }

  MadeTree special(String path, int type) {
    put(path, type | 0644);
    return this;
  }

  MadeTree link(String existing, String path) {
    int slash = path.lastIndexOf('/');
    at(existing).nlink++;
    at(slash < 0 ? "" : path.substring(0, slash))
        .children
        .put(path.substring(slash + 1), ino(existing));
    return this;
  }

  MadeTree mode(String path, int permissions) {
    at(path).mode = at(path).mode & 0170000 | permissions;
    return this;
  }

  MadeTree owner(String path, int uid, int gid) {
    at(path).uid = uid;
    at(path).gid = gid;
    return this;
  }

  MadeTree xattr(String path, String name) {
    at(path).xattrs = List.of(name);
    return this;
  }

  MadeTree damage(String path) {
    damaged.add(ino(path));
    return this;
  }

  byte[] content(String path) {
    return at(path).content;
  }

  @Override
  public Item item(long ino) {
    var node = nodes.get(ino);
    return new Item(
        ino, node.mode, node.content.length, node.nlink, node.uid, node.gid, node.xattrs);
  }

  @Override
  public void children(long directory, BiConsumer<byte[], Long> each) {
    nodes
        .get(directory)
        .children
        .forEach(
            (name, ino) ->
                each.accept(name.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), ino));
  }

  @Override
  public byte[] target(long symlink) {
    return nodes.get(symlink).content.clone();
  }

  @Override
  public int read(long file, long offset, byte[] into, int from, int length) {
    if (damaged.contains(file)) throw new IllegalStateException("a tag does not hold");
    byte[] content = nodes.get(file).content;
    int n = (int) Math.min(length, content.length - offset);
    System.arraycopy(content, (int) offset, into, from, n);
    return n;
  }

  @Override
  public String toString() {
    return "MadeTree of " + nodes.size() + " inodes, damaged " + Arrays.toString(damaged.toArray());
  }
}
