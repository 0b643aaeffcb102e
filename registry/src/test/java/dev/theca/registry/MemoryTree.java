package dev.theca.registry;

import dev.theca.image.TreeSink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Takes an image's tree in memory, and shows it as lines. */
final class MemoryTree implements TreeSink {
  private static final class Node {
    final String kind;
    Meta meta;
    final Map<String, Long> children = new TreeMap<>();
    final ByteArrayOutputStream data = new ByteArrayOutputStream();
    String target = "";

    Node(String kind, Meta meta) {
      this.kind = kind;
      this.meta = meta;
    }
  }

  private final Map<Long, Node> nodes = new HashMap<>();
  private long next = 2;

  MemoryTree() {
    nodes.put(1L, new Node("d", new Meta(0755, 0, 0, 0)));
  }

  private long add(long parent, byte[] name, Node node) {
    nodes.put(next, node);
    nodes.get(parent).children.put(text(name), next);
    return next++;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public long root() {
    return 1;
  }

  @Override
  public long mkdir(long parent, byte[] name, Meta meta) {
    return add(parent, name, new Node("d", meta));
  }

  @Override
  public long file(long parent, byte[] name, Meta meta) {
    return add(parent, name, new Node("-", meta));
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {
    nodes.get(file).data.write(bytes, from, length);
  }

  @Override
  public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
    var node = new Node("l", meta);
    node.target = text(target);
    return add(parent, name, node);
  }

  @Override
  public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
    return add(parent, name, new Node("n", meta));
  }

  @Override
  public void link(long existing, long parent, byte[] name) {
    nodes.get(parent).children.put(text(name), existing);
  }

  @Override
  public void xattr(long entry, byte[] name, byte[] value) {}

  @Override
  public void meta(long entry, Meta meta) {
    nodes.get(entry).meta = meta;
  }

  @Override
  public void remove(long parent, byte[] name) {
    nodes.get(parent).children.remove(text(name));
  }

  /** Path to kind, mode, and content or target. */
  Map<String, String> lines() {
    var lines = new TreeMap<String, String>();
    walk("", 1, lines);
    return lines;
  }

  private void walk(String path, long id, Map<String, String> lines) {
    Node node = nodes.get(id);
    if (id != 1)
      lines.put(
          path,
          node.kind
              + Integer.toOctalString(node.meta.mode())
              + " "
              + (node.kind.equals("l") ? node.target : node.data.toString(StandardCharsets.UTF_8)));
    node.children.forEach((name, child) -> walk(path + "/" + name, child, lines));
  }
}
