package dev.theca.sealfs.gramine;

import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All files and directories of an exported tree, each file with its size and the metadata tag that
 * commits to its content: one version of the whole tree. Sorted by path bytes; equal trees have
 * equal bytes. Names nothing but regular names, so no entry leads out of a directory.
 */
public final class Listing {
  public static final int MAX_ENTRIES = 4_000_000;
  private static final int MAX_BYTES = 1 << 30;
  private static final int FIXED = 4 + 8 + Layout.TAG;

  /** A file, or a directory when the path ends with a slash; then size and tag are zero. */
  public record Entry(byte[] path, long size, byte[] tag) {
    public static Entry file(byte[] path, long size, byte[] tag) {
      return new Entry(path, size, tag);
    }

    public static Entry directory(byte[] path) {
      byte[] marked = Arrays.copyOf(path, path.length + 1);
      marked[path.length] = '/';
      return new Entry(marked, 0, new byte[Layout.TAG]);
    }

    public boolean isDirectory() {
      return path[path.length - 1] == '/';
    }

    /** The path without the mark of a directory. */
    byte[] bare() {
      return isDirectory() ? Arrays.copyOf(path, path.length - 1) : path.clone();
    }
  }

  private final List<Entry> entries;

  private Listing(List<Entry> entries) {
    this.entries = entries;
  }

  /** The listing of a tree that was just written. */
  static Listing of(Collection<Entry> entries) {
    var sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(Entry::path, Arrays::compareUnsigned));
    return new Listing(List.copyOf(sorted));
  }

  public List<Entry> entries() {
    return entries;
  }

  /** The bytes, as GRAMINE.md describes them. */
  public byte[] bytes() {
    var out = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      var fixed = ByteBuffer.allocate(FIXED).order(ByteOrder.LITTLE_ENDIAN);
      fixed.putInt(entry.path().length).putLong(entry.size()).put(entry.tag());
      out.write(fixed.array(), 0, 4);
      out.writeBytes(entry.path());
      out.write(fixed.array(), 4, FIXED - 4);
    }
    return out.toByteArray();
  }

  /** What goes into the hand-over. */
  public Digest digest() {
    return Digest.sha256(bytes());
  }

  /** Reads a listing that must have this digest: nothing else of it is believed. */
  public static Outcome<Listing> parse(byte[] bytes, Digest digest) {
    Digest found = Digest.sha256(bytes);
    return found.equals(digest)
        ? parse(bytes)
        : PfCode.LISTING.refused("listing", digest.toString(), found.toString());
  }

  /** Reads a listing; every rule of the format is checked. */
  static Outcome<Listing> parse(byte[] bytes) {
    if (bytes.length > MAX_BYTES) return refused(0, "at most 1 GiB", bytes.length + " bytes");
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var entries = new ArrayList<Entry>();
    var names = new HashSet<String>();
    byte[] before = new byte[0];
    while (in.hasRemaining()) {
      int at = in.position();
      int room = in.remaining() - FIXED;
      int length = room < 0 ? 0 : in.getInt();
      if (length < 1 || length > BoundRoot.MAX_PATH || length > room)
        return refused(at, "an entry with a path of 1 to 512 bytes", "another length, or the end");
      byte[] path = new byte[length];
      byte[] tag = new byte[Layout.TAG];
      in.get(path);
      var entry = new Entry(path, in.getLong(), tag);
      in.get(tag);
      if (Arrays.compareUnsigned(before, path) >= 0)
        return refused(at, "paths in ascending order", "the same or a smaller one");
      if (!isSane(entry, names)) return refused(at, "a sane entry", PathText.shown(path));
      entries.add(entry);
      before = path;
    }
    return entries.size() > MAX_ENTRIES
        ? refused(0, "at most " + MAX_ENTRIES + " entries", entries.size() + "")
        : Outcome.granted(new Listing(List.copyOf(entries)));
  }

  /** Names without tricks, in a directory that is listed, of a size that can be. */
  private static boolean isSane(Entry entry, Set<String> names) {
    byte[] bare = entry.bare();
    if (!BoundRoot.isRelativePath(bare)) return false;
    String path = key(bare); // one char per byte
    int slash = path.lastIndexOf('/');
    if (slash >= 0 && !names.contains(path.substring(0, slash + 1))) return false;
    if (!entry.isDirectory())
      return names.add(path) && entry.size() >= 0 && entry.size() <= Layout.MAX_SIZE;
    // a file of this name sorts before
    if (names.contains(path) || !names.add(path + "/")) return false;
    return entry.size() == 0 && Arrays.equals(entry.tag(), new byte[Layout.TAG]);
  }

  private static String key(byte[] path) {
    return new String(path, StandardCharsets.ISO_8859_1);
  }

  private static <T> Outcome<T> refused(int offset, String expected, String found) {
    return PfCode.LISTING.refused("listing at byte " + offset, expected, found);
  }
}
