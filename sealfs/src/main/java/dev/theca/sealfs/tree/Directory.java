package dev.theca.sealfs.tree;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The names of one directory: found by name through a hash table, listed by entry id. Ids rise with
 * every insertion and are never used again, so a listing that goes on after an id neither skips nor
 * repeats what stayed. Guarded by the tree's lock.
 */
public final class Directory {
  /** Ids 1 and 2 are "." and ".." of a listing. */
  static final long FIRST_ID = 3;

  /** A name, and what it stands for. */
  public static final class Entry {
    final byte[] name;
    final int hash;
    final long id;
    final long ino;
    final byte type;

    /** A journal or a chunk knows of it. */
    boolean recorded;

    boolean removed;
    private @Nullable Entry next;

    Entry(byte[] name, long id, long ino, int type) {
      this.name = name;
      this.hash = hash(name);
      this.id = id;
      this.ino = ino;
      this.type = (byte) type;
    }

    public byte[] name() {
      return name;
    }

    public long id() {
      return id;
    }

    public long ino() {
      return ino;
    }

    /** Mode bits 12 to 15 of what it stands for. */
    public int type() {
      return type;
    }
  }

  private static final @Nullable Entry[] NONE = {};

  private @Nullable Entry[] table = NONE;
  private @Nullable Entry[] order = NONE;
  private int ordered;
  private int size;
  private long nextId = FIRST_ID;

  private static int hash(byte[] name) {
    int hash = Arrays.hashCode(name);
    return hash ^ hash >>> 16;
  }

  public int size() {
    return size;
  }

  public @Nullable Entry find(byte[] name) {
    if (size == 0) return null;
    int hash = hash(name);
    for (Entry at = table[hash & table.length - 1]; at != null; at = at.next)
      if (at.hash == hash && Arrays.equals(at.name, name)) return at;
    return null;
  }

  /** Adds a name that is not there yet. */
  Entry add(byte[] name, long ino, int type) {
    var entry = new Entry(name, nextId, ino, type);
    insert(entry);
    return entry;
  }

  /** Adds an entry with an id of its own, as a chunk or a journal tells it. */
  void insert(Entry entry) {
    if (size >= table.length) rehash();
    int slot = entry.hash & table.length - 1;
    entry.next = table[slot];
    table[slot] = entry;
    size++;
    if (ordered == order.length) order = Arrays.copyOf(order, Math.max(4, ordered * 2));
    int at = ordered;
    if (at > 0 && idAt(at - 1) > entry.id) {
      at = firstFrom(entry.id);
      System.arraycopy(order, at, order, at + 1, ordered - at);
    }
    order[at] = entry;
    ordered++;
    nextId = Math.max(nextId, entry.id + 1);
  }

  private long idAt(int index) {
    Entry entry = order[index];
    return entry == null ? 0 : entry.id;
  }

  private void rehash() {
    Entry[] old = table;
    var more = new @Nullable Entry[Math.max(4, old.length * 2)];
    for (Entry head : old) {
      for (Entry at = head; at != null; ) {
        Entry next = at.next;
        int slot = at.hash & more.length - 1;
        at.next = more[slot];
        more[slot] = at;
        at = next;
      }
    }
    table = more;
  }

  @Nullable Entry remove(byte[] name) {
    if (size == 0) return null;
    int hash = hash(name);
    int slot = hash & table.length - 1;
    Entry before = null;
    for (Entry at = table[slot]; at != null; before = at, at = at.next) {
      if (at.hash != hash || !Arrays.equals(at.name, name)) continue;
      if (before == null) table[slot] = at.next;
      else before.next = at.next;
      size--;
      at.removed = true;
      if (ordered > 8 && ordered > 2 * size) squeeze();
      return at;
    }
    return null;
  }

  @Nullable Entry byId(long id) {
    int at = firstFrom(id);
    Entry entry = at < ordered ? order[at] : null;
    return entry != null && entry.id == id && !entry.removed ? entry : null;
  }

  /** Removed entries stay in the order until there are many of them. */
  private void squeeze() {
    int to = 0;
    for (int i = 0; i < ordered; i++) {
      Entry entry = order[i];
      if (entry != null && !entry.removed) order[to++] = entry;
    }
    order = Arrays.copyOf(order, Math.max(to, 4));
    ordered = to;
  }

  private int firstFrom(long id) {
    int low = 0;
    int high = ordered;
    while (low < high) {
      int middle = low + high >>> 1;
      if (idAt(middle) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether to go on. */
  @FunctionalInterface
  public interface Listing {
    boolean next(Entry entry);
  }

  /** Lists what comes after an id, in order, until the listing has enough. */
  public void after(long id, Listing listing) {
    for (int at = firstFrom(id + 1); at < ordered; at++) {
      Entry entry = order[at];
      if (entry != null && !entry.removed && !listing.next(entry)) return;
    }
  }

  /** All entries, in order. */
  public void each(Consumer<Entry> what) {
    after(
        0,
        entry -> {
          what.accept(entry);
          return true;
        });
  }
}
