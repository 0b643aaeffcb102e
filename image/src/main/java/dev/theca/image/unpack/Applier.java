package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import dev.theca.image.tar.TarEntry;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Applies the entries of layers, bottom to top, onto a sink: whiteouts and opaque directories act
 * on what lower layers brought wherever they stand in their layer, directories merge, everything
 * else replaces (OCI image-spec, "Layer"). Paths stay inside the tree: symlinks on the way are
 * followed within it only, as umoci does, in the tree of names here and never by the sink. One
 * thread at a time.
 */
final class Applier {
  /** Components, those of followed links included, on the way to one entry. */
  private static final int MAX_STEPS = 4096;

  private final TreeSink sink;
  private final Limits limits;
  private final Tree tree;
  private int layer;
  private int entries;

  Applier(TreeSink sink, Limits limits) {
    this.sink = sink;
    this.limits = limits;
    this.tree = new Tree(sink.root(), limits.namesBytes());
  }

  /** The entries from now on are those of the next layer. */
  void nextLayer() {
    layer++;
  }

  /** Entries so far, of all layers. */
  int entries() {
    return entries;
  }

  /** Whether an entry brings a file with content into the tree, which its path alone tells. */
  static boolean isFile(TarEntry entry, EntryPath path) {
    return entry.type() == TarEntry.Type.FILE && path.kind() == EntryPath.Kind.NAME;
  }

  /** Begins a file under its name; its content is the caller's to bring. */
  long begin(TarEntry entry, EntryPath path) throws Malformed {
    int parent = clear(entry, path);
    long file = sink.file(tree.handle(parent), path.name(), Attributes.of(entry));
    put(parent, path.name(), Tree.Kind.FILE, Tree.NONE);
    return file;
  }

  /** Gives its name to a file that came before its turn. */
  void attach(TarEntry entry, EntryPath path, long file) throws Malformed {
    int parent = clear(entry, path);
    sink.attach(file, tree.handle(parent), path.name());
    put(parent, path.name(), Tree.Kind.FILE, Tree.NONE);
  }

  /** Applies an entry that is no file with content. */
  void apply(TarEntry entry, EntryPath path) throws Malformed {
    switch (path.kind()) {
      case ROOT -> root(entry);
      case IGNORED -> count(entry);
      case OPAQUE -> {
        count(entry);
        int folder = walk(path.folder(), entry, false);
        if (folder != Tree.NONE) clearLower(folder);
      }
      case WHITEOUT -> {
        count(entry);
        int folder = walk(path.folder(), entry, false);
        int there = folder == Tree.NONE ? Tree.NONE : tree.find(folder, path.name());
        if (there != Tree.NONE) hide(there);
      }
      case NAME -> make(entry, path);
    }
  }

  private void root(TarEntry entry) throws Malformed {
    count(entry);
    if (entry.type() != TarEntry.Type.DIRECTORY) throw bad(entry, "would replace the root");
    sink.attributes(sink.root(), Attributes.of(entry));
  }

  private void make(TarEntry entry, EntryPath path) throws Malformed {
    var attributes = Attributes.of(entry);
    byte[] name = path.name();
    switch (entry.type()) {
      case DIRECTORY -> directory(entry, path, attributes);
      case HARD_LINK -> link(entry, path);
      case SYMLINK -> {
        int parent = clear(entry, path);
        sink.symlink(tree.handle(parent), name, entry.link(), attributes);
        tree.target(put(parent, name, Tree.Kind.SYMLINK, Tree.NONE), entry.link());
      }
      case CHARACTER_DEVICE -> special(entry, path, TreeSink.Special.CHARACTER_DEVICE, attributes);
      case BLOCK_DEVICE -> special(entry, path, TreeSink.Special.BLOCK_DEVICE, attributes);
      case FIFO -> special(entry, path, TreeSink.Special.FIFO, attributes);
      case FILE -> throw new IllegalArgumentException("a file comes with its content");
    }
  }

  private void special(TarEntry entry, EntryPath path, TreeSink.Special kind, Attributes attributes)
      throws Malformed {
    int parent = clear(entry, path);
    sink.special(tree.handle(parent), path.name(), kind, entry.major(), entry.minor(), attributes);
    put(parent, path.name(), Tree.Kind.SPECIAL, Tree.NONE);
  }

  private void directory(TarEntry entry, EntryPath path, Attributes attributes) throws Malformed {
    count(entry);
    int parent = walk(path.folder(), entry, true);
    int there = tree.find(parent, path.name());
    if (there != Tree.NONE && tree.kind(there) == Tree.Kind.DIRECTORY) {
      sink.attributes(tree.handle(there), attributes);
      tree.touch(there, layer);
      return;
    }
    replace(there, entry);
    long handle = sink.directory(tree.handle(parent), path.name(), attributes);
    put(parent, path.name(), Tree.Kind.DIRECTORY, handle);
  }

  private void link(TarEntry entry, EntryPath path) throws Malformed {
    var linked = EntryPath.linked(entry, limits);
    int folder = walk(linked.folder(), entry, false);
    int target = folder == Tree.NONE ? Tree.NONE : tree.find(folder, linked.name());
    if (target == Tree.NONE || tree.kind(target) == Tree.Kind.DIRECTORY)
      throw bad(
          entry, "is a hard link to " + TarEntry.shown(entry.link()) + ", which is no file here");
    count(entry);
    int parent = walk(path.folder(), entry, true);
    int there = tree.find(parent, path.name());
    for (int at = target; at != Tree.ROOT; at = tree.parent(at))
      if (at == there) throw bad(entry, "would replace what it is a hard link to");
    replace(there, entry);
    sink.link(
        tree.handle(tree.parent(target)), tree.name(target), tree.handle(parent), path.name());
    int node = put(parent, path.name(), tree.kind(target), Tree.NONE);
    if (tree.kind(target) == Tree.Kind.SYMLINK) tree.shareTarget(node, target);
  }

  /** Makes room for a name; the directory that it goes to. */
  private int clear(TarEntry entry, EntryPath path) throws Malformed {
    count(entry);
    int parent = walk(path.folder(), entry, true);
    replace(tree.find(parent, path.name()), entry);
    return parent;
  }

  private void replace(int there, TarEntry entry) throws Malformed {
    if (there == Tree.NONE) return;
    if (tree.layer(there) == layer && !limits.duplicates())
      throw bad(entry, "comes twice in its layer");
    remove(there);
  }

  private int put(int parent, byte[] name, Tree.Kind kind, long handle) throws Malformed {
    int node = tree.add(parent, name, kind, layer, handle);
    tree.touch(parent, layer);
    return node;
  }

  private void count(TarEntry entry) throws Malformed {
    if (++entries > limits.entries())
      throw new Malformed.Exceeded(
          "entry " + entry.shown() + " is one more than " + limits.entries());
  }

  /** Hides what lower layers brought under a name; what this layer put below it stays. */
  private void hide(int node) {
    if (tree.layer(node) < layer) remove(node);
    else if (tree.kind(node) == Tree.Kind.DIRECTORY) clearLower(node);
  }

  private void clearLower(int directory) {
    for (int child = tree.firstChild(directory); child != Tree.NONE; ) {
      int after = tree.nextSibling(child);
      hide(child);
      child = after;
    }
  }

  /** Removes an entry with all below it, deepest first. */
  private void remove(int node) {
    long parent = tree.handle(tree.parent(node));
    byte[] name = tree.name(node);
    if (tree.kind(node) == Tree.Kind.DIRECTORY) {
      for (int child; (child = tree.firstChild(node)) != Tree.NONE; ) remove(child);
      sink.rmdir(parent, name, tree.handle(node));
    } else {
      sink.unlink(parent, name);
    }
    tree.remove(node);
  }

  /**
   * The directory at a path inside the tree. Symlinks are followed without leaving the root; {@code
   * make} says whether missing directories are made, otherwise {@link Tree#NONE} is the answer.
   */
  private int walk(List<byte[]> path, TarEntry entry, boolean make) throws Malformed {
    var todo = new ArrayDeque<>(path);
    int at = Tree.ROOT;
    int depth = 0;
    int hops = 0;
    for (int steps = 0; !todo.isEmpty(); steps++) {
      if (steps > MAX_STEPS) throw bad(entry, "goes through more than " + MAX_STEPS + " names");
      byte[] part = todo.pop();
      if (EntryPath.dots(part)) { // only targets of links have them
        if (at != Tree.ROOT) depth--;
        at = tree.parent(at);
        continue;
      }
      int next = tree.find(at, part);
      if (next == Tree.NONE) {
        if (!make) return Tree.NONE;
        if (part.length > 255) throw bad(entry, "goes through a name of more than 255 bytes");
        count(entry);
        next =
            put(
                at,
                part,
                Tree.Kind.DIRECTORY,
                sink.directory(tree.handle(at), part, Attributes.IMPLIED));
      }
      switch (tree.kind(next)) {
        case SYMLINK -> {
          if (++hops > limits.linkHops())
            throw bad(entry, "goes through more than " + limits.linkHops() + " links");
          byte[] target = tree.target(next);
          if (target[0] == '/') {
            at = Tree.ROOT;
            depth = 0;
          }
          EntryPath.split(target).reversed().forEach(todo::push);
        }
        case DIRECTORY -> {
          at = next;
          if (++depth >= limits.depth())
            throw new Malformed.Exceeded(
                "entry "
                    + entry.shown()
                    + " lies more than "
                    + limits.depth()
                    + " directories deep");
        }
        case FILE, SPECIAL -> {
          if (make) throw bad(entry, "lies below a file");
          return Tree.NONE;
        }
      }
    }
    return at;
  }

  private static Malformed bad(TarEntry entry, String what) {
    return new Malformed("entry " + entry.shown() + " " + what);
  }
}
