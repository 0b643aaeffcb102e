package dev.theca.cli.sealfs;

import dev.theca.sealfs.VolumeTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies a tree with everything that it has: owners, permissions, times of change, attributes, hard
 * links, holes, devices. Folders get their attributes last, or their lists of rights would be
 * inherited and their times would move.
 */
final class TreeCopy {
  private final Source from;
  private final Target to;
  private final Map<Long, Long> linked = new HashMap<>();
  private long entries;
  private long bytes;

  TreeCopy(Source from, Target to) {
    this.from = from;
    this.to = to;
  }

  long entries() {
    return entries;
  }

  long bytes() {
    return bytes;
  }

  /** The whole tree into a folder, which gets the attributes of its root. */
  void all(long folder) throws IOException {
    inside(from.root(), folder);
    finish(from.root(), folder, from.node(from.root()));
  }

  /** One entry of the source, and all below, under a name that is free. */
  void one(long id, long parent, byte[] name) throws IOException {
    entries++;
    var node = from.node(id);
    var known = linked.get(id);
    if (known != null) {
      to.link(known, parent, name);
      return;
    }
    long made = made(id, node, parent, name);
    if (node.nlink() > 1 && !node.isDirectory()) linked.put(id, made);
    finish(id, made, node);
  }

  private long made(long id, VolumeTree.Node node, long parent, byte[] name) throws IOException {
    if (node.isDirectory()) {
      long made = to.mkdir(parent, name, node.meta());
      inside(id, made);
      return made;
    }
    if (node.isSymlink()) return to.symlink(parent, name, from.target(id), node.meta());
    if (!node.isFile())
      return to.node(parent, name, node.type(), node.major(), node.minor(), node.meta());
    long made = to.file(parent, name, node.meta());
    from.content(
        id, node.size(), (at, piece, off, length) -> to.data(made, at, piece, off, length));
    to.size(made, node.size());
    bytes += node.size();
    return made;
  }

  private void inside(long id, long made) throws IOException {
    for (var child : from.children(id)) one(child.id(), made, child.name());
  }

  private void finish(long id, long made, VolumeTree.Node node) throws IOException {
    to.meta(made, node.meta());
    for (var xattr : from.xattrs(id).entrySet())
      to.xattr(made, xattr.getKey().getBytes(StandardCharsets.UTF_8), xattr.getValue());
  }
}
