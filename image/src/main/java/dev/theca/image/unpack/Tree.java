package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The names of a tree, compact: about 45 bytes and its name for an entry, in parallel arrays.
 * Siblings are a list; one hash table finds a name in a directory, under a secret factor so that
 * nobody can choose names that collide.
 */
final class Tree {
  static final int ROOT = 0;
  static final int NONE = -1;

  /** What a name stands for. */
  enum Kind {
    DIRECTORY,
    FILE,
    SYMLINK,
    SPECIAL
  }

  private static final Kind[] KINDS = Kind.values();

  private final Names names;
  private final IntPages parent = new IntPages();
  private final IntPages next = new IntPages();
  private final IntPages previous = new IntPages();
  private final IntPages first = new IntPages(); // child of a directory, target of a link
  private final IntPages name = new IntPages();
  private final IntPages info = new IntPages(); // layer << 2 | kind
  private final IntPages chain = new IntPages();
  private final LongPages handle = new LongPages();
  private final long factor = new SecureRandom().nextLong() | 1;
  private int[] buckets = new int[1 << 10];
  private int used = 1;
  private int living = 1;
  private int free = NONE;

  Tree(long rootHandle, int maxNamesBytes) {
    this.names = new Names(maxNamesBytes);
    Arrays.fill(buckets, NONE);
    parent.set(ROOT, ROOT);
    first.set(ROOT, NONE);
    info.set(ROOT, Kind.DIRECTORY.ordinal());
    handle.set(ROOT, rootHandle);
  }

  /** The entry of a name in a directory, or {@link #NONE}. */
  int find(int directory, byte[] wanted) {
    int node = buckets[bucket(directory, wanted)];
    while (node != NONE && (parent.get(node) != directory || !names.same(name.get(node), wanted)))
      node = chain.get(node);
    return node;
  }

  /** A new entry; its name is free. */
  int add(int directory, byte[] newName, Kind kind, int layer, long newHandle)
      throws Malformed.Exceeded {
    if (living > buckets.length) rehash();
    int at = names.add(newName);
    int node = free == NONE ? used++ : free;
    if (node == free) free = next.get(node);
    living++;
    parent.set(node, directory);
    name.set(node, at);
    info.set(node, layer << 2 | kind.ordinal());
    handle.set(node, newHandle);
    int sibling = first.get(directory);
    next.set(node, sibling);
    previous.set(node, NONE);
    if (sibling != NONE) previous.set(sibling, node);
    first.set(directory, node);
    first.set(node, NONE);
    int bucket = bucket(directory, newName);
    chain.set(node, buckets[bucket]);
    buckets[bucket] = node;
    return node;
  }

  /** Forgets an entry that has no children. */
  void remove(int node) {
    int bucket = bucket(parent.get(node), name(node));
    if (buckets[bucket] == node) {
      buckets[bucket] = chain.get(node);
    } else {
      int before = buckets[bucket];
      while (chain.get(before) != node) before = chain.get(before);
      chain.set(before, chain.get(node));
    }
    int left = previous.get(node);
    int right = next.get(node);
    if (left == NONE) first.set(parent.get(node), right);
    else next.set(left, right);
    if (right != NONE) previous.set(right, left);
    next.set(node, free);
    free = node;
    living--;
  }

  void target(int link, byte[] target) throws Malformed.Exceeded {
    first.set(link, names.add(target));
  }

  byte[] target(int link) {
    return names.get(first.get(link));
  }

  /** Lets a second name of a link share its target. */
  void shareTarget(int link, int of) {
    first.set(link, first.get(of));
  }

  Kind kind(int node) {
    return KINDS[info.get(node) & 3];
  }

  /** The last layer that made the entry or something below it. */
  int layer(int node) {
    return info.get(node) >>> 2;
  }

  /** Marks an entry, and the directories above it, as made by a layer. */
  void touch(int node, int layer) {
    for (int at = node; layer(at) != layer; at = parent.get(at))
      info.set(at, layer << 2 | info.get(at) & 3);
  }

  int parent(int node) {
    return parent.get(node);
  }

  long handle(int node) {
    return handle.get(node);
  }

  byte[] name(int node) {
    return names.get(name.get(node));
  }

  int firstChild(int directory) {
    return first.get(directory);
  }

  int nextSibling(int node) {
    return next.get(node);
  }

  private int bucket(int directory, byte[] text) {
    long hash = directory * factor;
    for (byte b : text) hash = (hash ^ b & 0xFF) * factor;
    return (int) (hash >>> 32 ^ hash >>> 52) & buckets.length - 1;
  }

  private void rehash() {
    var old = buckets;
    buckets = new int[old.length * 2];
    Arrays.fill(buckets, NONE);
    for (int head : old) {
      for (int node = head; node != NONE; ) {
        int after = chain.get(node);
        int bucket = bucket(parent.get(node), name(node));
        chain.set(node, buckets[bucket]);
        buckets[bucket] = node;
        node = after;
      }
    }
  }
}
