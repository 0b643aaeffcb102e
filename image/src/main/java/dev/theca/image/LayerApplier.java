package dev.theca.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies layers, bottom to top, onto a sink: whiteouts and opaque directories act on what lower
 * layers brought, directories merge, everything else replaces (OCI image-spec, "Layer"). Paths stay
 * inside the tree: symlinks on the way are followed within it only, and traversal is refused with
 * the entry named.
 */
final class LayerApplier {
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int MAX_HOPS = 40;
  private static final byte[] WHITEOUT = ".wh.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OPAQUE = ".wh..wh..opq".getBytes(StandardCharsets.US_ASCII);

  /**
   * What we know of an entry: its handle in the sink, its layer, and for directories what is
   * inside.
   */
  private static final class Node {
    final long handle;
    final @Nullable Node parent;
    final @Nullable Map<ByteBuffer, Node> children;
    final byte[] target;
    int layer;

    Node(long handle, @Nullable Node parent, boolean directory, byte[] target, int layer) {
      this.handle = handle;
      this.parent = parent;
      this.children = directory ? new LinkedHashMap<>() : null;
      this.target = target;
      this.layer = layer;
    }
  }

  private final TreeSink sink;
  private final Node root;
  private final byte[] buffer = new byte[1 << 16];
  private int entries;
  private int layer;

  LayerApplier(TreeSink sink) {
    this.sink = sink;
    this.root = new Node(sink.root(), null, true, new byte[0], 0);
  }

  void apply(TarReader tar) throws IOException {
    layer++;
    for (TarReader.Entry entry; (entry = tar.next()) != null; ) {
      if (++entries > MAX_ENTRIES)
        throw new TarReader.Malformed("more than " + MAX_ENTRIES + " entries");
      one(tar, entry);
    }
  }

  private void one(TarReader tar, TarReader.Entry entry) throws IOException {
    var parts = parts(entry.path(), entry);
    var meta = new TreeSink.Meta(entry.mode(), entry.uid(), entry.gid(), entry.mtimeNanos());
    if (parts.isEmpty()) {
      if (entry.type() == '5') sink.meta(root.handle, meta);
      return;
    }
    Node parent = directory(parts.subList(0, parts.size() - 1), entry);
    byte[] name = parts.getLast();
    if (startsWith(name, WHITEOUT)) {
      whiteout(parent, name);
      return;
    }
    Node there = children(parent).get(ByteBuffer.wrap(name));
    if (entry.type() == '5' && there != null && there.children != null) {
      sink.meta(there.handle, meta);
      there.layer = layer;
      xattrs(there.handle, entry);
      return;
    }
    if (there != null) remove(parent, name);
    put(tar, entry, parent, name, meta);
  }

  private void put(
      TarReader tar, TarReader.Entry entry, Node parent, byte[] name, TreeSink.Meta meta)
      throws IOException {
    long handle;
    switch (entry.type()) {
      case '0' -> {
        handle = sink.file(parent.handle, name, meta);
        long offset = 0;
        for (int n; (n = tar.read(buffer)) > 0; offset += n)
          sink.data(handle, offset, buffer, 0, n);
      }
      case '1' -> {
        var path = parts(entry.link(), entry);
        Node target =
            path.isEmpty()
                ? null
                : children(directory(path.subList(0, path.size() - 1), entry))
                    .get(ByteBuffer.wrap(path.getLast()));
        if (target == null || target.children != null)
          throw new TarReader.Malformed("hard link " + entry.shown() + " to nothing");
        sink.link(target.handle, parent.handle, name);
        children(parent)
            .put(
                ByteBuffer.wrap(name),
                new Node(target.handle, parent, false, target.target, layer));
        return;
      }
      case '2' -> handle = sink.symlink(parent.handle, name, entry.link(), meta);
      case '3' ->
          handle = sink.node(parent.handle, name, 0020000, entry.major(), entry.minor(), meta);
      case '4' ->
          handle = sink.node(parent.handle, name, 0060000, entry.major(), entry.minor(), meta);
      case '5' -> handle = sink.mkdir(parent.handle, name, meta);
      case '6' -> handle = sink.node(parent.handle, name, 0010000, 0, 0, meta);
      default ->
          throw new TarReader.Malformed(
              "entry " + entry.shown() + " of unknown type '" + entry.type() + "'");
    }
    children(parent)
        .put(
            ByteBuffer.wrap(name),
            new Node(
                handle,
                parent,
                entry.type() == '5',
                entry.type() == '2' ? entry.link() : new byte[0],
                layer));
    xattrs(handle, entry);
  }

  private void xattrs(long handle, TarReader.Entry entry) {
    entry
        .xattrs()
        .forEach(
            (name, value) -> {
              if (!name.startsWith("trusted.overlay."))
                sink.xattr(handle, name.getBytes(StandardCharsets.UTF_8), value);
            });
  }

  private void whiteout(Node parent, byte[] name) {
    if (Arrays.equals(name, OPAQUE)) {
      for (var child : List.copyOf(children(parent).entrySet())) {
        if (child.getValue().layer < layer) remove(parent, child.getKey().array());
      }
      return;
    }
    byte[] hidden = Arrays.copyOfRange(name, WHITEOUT.length, name.length);
    if (startsWith(hidden, WHITEOUT)) return; // book-keeping of AUFS
    Node there = children(parent).get(ByteBuffer.wrap(hidden));
    if (there != null && there.layer < layer) remove(parent, hidden);
  }

  private void remove(Node parent, byte[] name) {
    sink.remove(parent.handle, name);
    children(parent).remove(ByteBuffer.wrap(name));
  }

  private static Map<ByteBuffer, Node> children(Node directory) {
    return java.util.Objects.requireNonNull(directory.children);
  }

  /**
   * The directory at a path inside the tree; missing ones are made, symlinks are followed without
   * leaving the root.
   */
  private Node directory(List<byte[]> path, TarReader.Entry entry) throws TarReader.Malformed {
    var todo = new ArrayDeque<>(path);
    Node at = root;
    int hops = 0;
    while (!todo.isEmpty()) {
      byte[] part = todo.pop();
      if (Arrays.equals(part, new byte[] {'.'})) continue;
      if (Arrays.equals(part, new byte[] {'.', '.'})) {
        at = at.parent == null ? root : at.parent;
        continue;
      }
      Node next = children(at).get(ByteBuffer.wrap(part));
      if (next == null) {
        next =
            new Node(
                sink.mkdir(at.handle, part, new TreeSink.Meta(0755, 0, 0, entry.mtimeNanos())),
                at,
                true,
                new byte[0],
                layer);
        children(at).put(ByteBuffer.wrap(part), next);
      }
      if (next.target.length > 0) {
        if (++hops > MAX_HOPS)
          throw new TarReader.Malformed("too many symlinks on the way to " + entry.shown());
        var target = split(next.target);
        for (int i = target.size() - 1; i >= 0; i--) todo.push(target.get(i));
        if (next.target[0] == '/') at = root;
        continue;
      }
      if (next.children == null)
        throw new TarReader.Malformed("entry " + entry.shown() + " lies below a file");
      at = next;
    }
    return at;
  }

  private static List<byte[]> parts(byte[] path, TarReader.Entry entry) throws TarReader.Malformed {
    if (path.length > 4096) throw new TarReader.Malformed("a path of " + path.length + " bytes");
    var parts = split(path);
    parts.removeIf(part -> Arrays.equals(part, new byte[] {'.'}));
    for (byte[] part : parts) {
      if (Arrays.equals(part, new byte[] {'.', '.'}))
        throw new TarReader.Malformed("entry " + entry.shown() + " leaves the tree");
      if (part.length > 255)
        throw new TarReader.Malformed(
            "entry " + entry.shown() + " has a name of more than 255 bytes");
    }
    return parts;
  }

  private static List<byte[]> split(byte[] path) {
    var parts = new ArrayList<byte[]>();
    int from = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i < path.length && path[i] != '/') continue;
      if (i > from) parts.add(Arrays.copyOfRange(path, from, i));
      from = i + 1;
    }
    return parts;
  }

  private static boolean startsWith(byte[] text, byte[] prefix) {
    return text.length >= prefix.length
        && Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length);
  }
}
