package dev.theca.registry;

import dev.theca.image.unpack.Attributes;
import dev.theca.image.unpack.TreeSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Takes an image's tree in memory, and shows it as lines. */
final class MemoryTree implements TreeSink {
  private static final class Node {
    final String kind;
    Attributes attributes;
    final Map<String, Node> children = new TreeMap<>();
    final ByteArrayOutputStream data = new ByteArrayOutputStream();
    String target = "";

    Node(String kind, Attributes attributes) {
      this.kind = kind;
      this.attributes = attributes;
    }
  }

  private final Map<Long, Node> nodes = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong(2);

  MemoryTree() {
    nodes.put(1L, new Node("d", new Attributes(0755, 0, 0, 0, Map.of())));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private long handle(Node node) {
    long handle = next.getAndIncrement();
    nodes.put(handle, node);
    return handle;
  }

  @Override
  public long root() {
    return 1;
  }

  @Override
  public long file(Attributes attributes) {
    return handle(new Node("-", attributes));
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {
    nodes.get(file).data.write(bytes, from, length);
  }

  @Override
  public void end(long file, long size) {}

  @Override
  public void attach(long file, long parent, byte[] name) {
    nodes.get(parent).children.put(text(name), nodes.get(file));
  }

  @Override
  public long directory(long parent, byte[] name, Attributes attributes) {
    var node = new Node("d", attributes);
    nodes.get(parent).children.put(text(name), node);
    return handle(node);
  }

  @Override
  public void attributes(long directory, Attributes attributes) {
    nodes.get(directory).attributes = attributes;
  }

  @Override
  public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {
    var node = new Node("l", attributes);
    node.target = text(target);
    nodes.get(parent).children.put(text(name), node);
  }

  @Override
  public void special(
      long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
    nodes.get(parent).children.put(text(name), new Node("n", attributes));
  }

  @Override
  public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
    var node = nodes.get(fromParent).children.get(text(fromName));
    nodes.get(parent).children.put(text(name), node);
  }

  @Override
  public void unlink(long parent, byte[] name) {
    nodes.get(parent).children.remove(text(name));
  }

  @Override
  public void rmdir(long parent, byte[] name, long directory) {
    nodes.get(parent).children.remove(text(name));
  }

  /** Path to kind, mode, and content or target. */
  Map<String, String> lines() {
    var lines = new TreeMap<String, String>();
    walk("", nodes.get(1L), lines);
    return lines;
  }

  private static void walk(String path, Node node, Map<String, String> lines) {
    if (!path.isEmpty())
      lines.put(
          path,
          node.kind
              + (node.kind.equals("l") ? "" : Integer.toOctalString(node.attributes.mode()))
              + " "
              + (node.kind.equals("l") ? node.target : node.data.toString(StandardCharsets.UTF_8)));
    node.children.forEach((name, child) -> walk(path + "/" + name, child, lines));
  }
}
