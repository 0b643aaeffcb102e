package dev.theca.cli.image;

import dev.theca.image.unpack.Attributes;
import dev.theca.image.unpack.TreeSink;
import dev.theca.wire.Digest;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps what a tree looks like and hashes of its files: memory grows with the number of names,
 * which the unpacker bounds, and not with the files' sizes. Holes are hashed as the zeros that
 * readers see.
 */
final class OutlineSink implements TreeSink {
  private static final byte[] ZEROS = new byte[64 << 10];
  private static final int CONTENT_CHARS = 64;

  /** A file whose content is on its way; one thread at a time has it. */
  private static final class Open {
    final TreeNode node;
    final MessageDigest hash = Digest.hasher("sha256");
    long at;
    boolean named;

    Open(TreeNode node) {
      this.node = node;
    }

    void zerosUntil(long offset) {
      for (; at < offset; ) {
        int some = (int) Math.min(ZEROS.length, offset - at);
        hash.update(ZEROS, 0, some);
        at += some;
      }
    }
  }

  private final TreeNode top =
      new TreeNode(TreeNode.Kind.DIRECTORY, new Attributes(0755, 0, 0, 0, Map.of()));
  private final Map<Long, TreeNode> directories = new ConcurrentHashMap<>();
  private final Map<Long, Open> files = new ConcurrentHashMap<>();
  private final AtomicLong next = new AtomicLong(1);

  OutlineSink() {
    directories.put(0L, top);
  }

  TreeNode tree() {
    return top;
  }

  @Override
  public long root() {
    return 0;
  }

  @Override
  public long file(Attributes attributes) {
    long handle = next.getAndIncrement();
    files.put(handle, new Open(new TreeNode(TreeNode.Kind.FILE, attributes)));
    return handle;
  }

  @Override
  public long file(long parent, byte[] name, Attributes attributes) {
    long handle = file(attributes);
    var open = open(handle);
    open.named = true;
    put(parent, name, open.node);
    return handle;
  }

  @Override
  public void data(long file, long offset, byte[] bytes, int from, int length) {
    var open = open(file);
    open.zerosUntil(offset);
    open.hash.update(bytes, from, length);
    open.at += length;
  }

  @Override
  public void end(long file, long size) {
    var open = open(file);
    open.zerosUntil(size);
    open.node.size = size;
    String content = Digest.finish("sha256", open.hash).toString();
    open.node.content = content.substring(content.length() - CONTENT_CHARS);
    if (open.named) files.remove(file);
  }

  @Override
  public void attach(long file, long parent, byte[] name) {
    put(parent, name, open(file).node);
    files.remove(file);
  }

  @Override
  public long directory(long parent, byte[] name, Attributes attributes) {
    long handle = next.getAndIncrement();
    var node = new TreeNode(TreeNode.Kind.DIRECTORY, attributes);
    directories.put(handle, node);
    put(parent, name, node);
    return handle;
  }

  @Override
  public void attributes(long directory, Attributes attributes) {
    at(directory).attributes = attributes;
  }

  @Override
  public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {
    var node = new TreeNode(TreeNode.Kind.SYMLINK, attributes);
    node.content = TreeNode.key(target);
    put(parent, name, node);
  }

  @Override
  public void special(
      long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
    var node =
        new TreeNode(
            switch (kind) {
              case CHARACTER_DEVICE -> TreeNode.Kind.CHARACTER_DEVICE;
              case BLOCK_DEVICE -> TreeNode.Kind.BLOCK_DEVICE;
              case FIFO -> TreeNode.Kind.FIFO;
            },
            attributes);
    if (kind != Special.FIFO) node.content = major + "," + minor;
    put(parent, name, node);
  }

  @Override
  public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
    var node = at(fromParent).children.get(TreeNode.key(fromName));
    if (node == null) throw new IllegalStateException("a link to nothing");
    node.names++;
    put(parent, name, node);
  }

  @Override
  public void unlink(long parent, byte[] name) {
    var node = at(parent).children.remove(TreeNode.key(name));
    if (node != null) node.names--;
  }

  @Override
  public void rmdir(long parent, byte[] name, long directory) {
    at(parent).children.remove(TreeNode.key(name));
    directories.remove(directory);
  }

  private void put(long parent, byte[] name, TreeNode node) {
    at(parent).children.put(TreeNode.key(name), node);
  }

  private TreeNode at(long directory) {
    var node = directories.get(directory);
    if (node == null) throw new IllegalStateException("no directory " + directory);
    return node;
  }

  private Open open(long file) {
    var open = files.get(file);
    if (open == null) throw new IllegalStateException("no file " + file);
    return open;
  }
}
