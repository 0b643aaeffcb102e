package dev.theca.image.unpack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A tree in memory that is strict with whoever feeds it. */
class MemorySink implements TreeSink {
  static final class Node {
    final char type;
    Attributes attributes;
    byte[] content = {};
    String extra = "";
    boolean ended;
    int names;
    final Map<String, Node> children = new TreeMap<>();

    Node(char type, Attributes attributes) {
      this.type = type;
      this.attributes = attributes;
    }
  }

  private final Map<Long, Node> directories = new HashMap<>();
  final Map<Long, Node> files = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong(2);
  private final Node root = new Node('d', new Attributes(0755, 0, 0, 0, Map.of()));

  MemorySink() {
    directories.put(1L, root);
  }

  @Override
  public long root() {
    return 1;
  }

  @Override
  public long file(Attributes attributes) {
    long file = next.getAndIncrement();
    files.put(file, new Node('f', attributes));
    return file;
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {
    var node = files.get(file);
    if (node.ended) throw new IllegalStateException("content after the end");
    if (offset < node.content.length) throw new IllegalStateException("content goes back");
    node.content = Arrays.copyOf(node.content, (int) offset + length);
    System.arraycopy(bytes, from, node.content, (int) offset, length);
  }

  @Override
  public void end(long file, long size) {
    var node = files.get(file);
    if (node.ended || size < node.content.length) throw new IllegalStateException("a wrong end");
    node.content = Arrays.copyOf(node.content, (int) size);
    node.ended = true;
  }

  private void put(long parent, byte[] name, Node node) {
    String text = new String(name, StandardCharsets.ISO_8859_1);
    if (text.isEmpty() || text.contains("/") || text.equals(".") || text.equals(".."))
      throw new IllegalStateException("no name: " + text);
    if (text.indexOf('\0') >= 0 || text.length() > 255)
      throw new IllegalStateException("no name: " + text);
    if (directories.get(parent).children.put(text, node) != null)
      throw new IllegalStateException("the name is taken: " + text);
    node.names++;
  }

  private Node child(long parent, byte[] name) {
    var node = directories.get(parent).children.get(new String(name, StandardCharsets.ISO_8859_1));
    if (node == null) throw new IllegalStateException("no such name");
    return node;
  }

  @Override
  public void attach(long file, long parent, byte[] name) {
    put(parent, name, files.get(file));
  }

  @Override
  public long directory(long parent, byte[] name, Attributes attributes) {
    long handle = next.getAndIncrement();
    var node = new Node('d', attributes);
    put(parent, name, node);
    directories.put(handle, node);
    return handle;
  }

  @Override
  public void attributes(long directory, Attributes attributes) {
    directories.get(directory).attributes = attributes;
  }

  @Override
  public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {
    var node = new Node('l', attributes);
    node.extra = new String(target, StandardCharsets.ISO_8859_1);
    put(parent, name, node);
  }

  @Override
  public void special(
      long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
    var node =
        new Node(kind == Special.FIFO ? 'p' : kind == Special.BLOCK_DEVICE ? 'b' : 'c', attributes);
    node.extra = major + ":" + minor;
    put(parent, name, node);
  }

  @Override
  public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
    var node = child(fromParent, fromName);
    if (node.type == 'd') throw new IllegalStateException("a link to a directory");
    put(parent, name, node);
  }

  @Override
  public void unlink(long parent, byte[] name) {
    var node = child(parent, name);
    if (node.type == 'd') throw new IllegalStateException("unlink of a directory");
    node.names--;
    directories.get(parent).children.remove(new String(name, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void rmdir(long parent, byte[] name, long directory) {
    var node = child(parent, name);
    if (node != directories.remove(directory) || !node.children.isEmpty())
      throw new IllegalStateException("rmdir of something else");
    directories.get(parent).children.remove(new String(name, StandardCharsets.ISO_8859_1));
  }

  Node rootNode() {
    return root;
  }

  /** The whole tree, a line for each name. */
  Map<String, String> listing() {
    var lines = new LinkedHashMap<String, String>();
    list("/", root, lines, new HashMap<>());
    return lines;
  }

  private static void list(
      String path, Node node, Map<String, String> lines, Map<Node, String> first) {
    var a = node.attributes;
    var line = new StringBuilder().append(node.type);
    if (node.type != 'l') line.append(Integer.toOctalString(a.mode()));
    line.append(' ').append(Integer.toUnsignedString(a.uid()));
    line.append(':').append(Integer.toUnsignedString(a.gid())).append(' ').append(a.mtimeNanos());
    new TreeMap<>(a.xattrs())
        .forEach((k, v) -> line.append(' ').append(k).append('=').append(hex(v)));
    if (!node.extra.isEmpty()) line.append(" -> ").append(node.extra);
    if (node.type == 'f') {
      if (!node.ended) throw new IllegalStateException("a file without an end: " + path);
      line.append(' ').append(text(node.content));
    }
    String other = first.putIfAbsent(node, path);
    if (other != null) line.append(" same as ").append(other);
    lines.put(path, line.toString());
    node.children.forEach(
        (name, child) -> list(path + (path.endsWith("/") ? "" : "/") + name, child, lines, first));
  }

  private static String text(byte[] content) {
    if (content.length > 64)
      return content.length + "#" + dev.theca.wire.Digest.sha256(content).hex().substring(0, 12);
    var out = new ByteArrayOutputStream();
    for (byte b : content) if (b >= ' ') out.write(b);
    return out.size() == content.length ? "'" + out + "'" : hex(content);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
