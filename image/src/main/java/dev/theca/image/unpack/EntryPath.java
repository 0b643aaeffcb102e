package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import dev.theca.image.tar.TarEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A path of an archive as components that cannot leave the tree by themselves: none is empty, a dot
 * or two dots. What is between is a name or a whiteout (OCI image-spec, "Whiteouts").
 */
final class EntryPath {
  private static final int NAME_MAX = 255;
  private static final byte[] WHITEOUT = ".wh.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OPAQUE = ".wh..wh..opq".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AUFS = ".wh..wh.".getBytes(StandardCharsets.US_ASCII);

  /** What the last component asks for. */
  enum Kind {
    ROOT,
    NAME,
    WHITEOUT,
    OPAQUE,
    /** Book-keeping of AUFS at the root, which Docker's first images carried along. */
    IGNORED
  }

  private final List<byte[]> parts;
  private final Kind kind;

  private EntryPath(List<byte[]> parts, Kind kind) {
    this.parts = parts;
    this.kind = kind;
  }

  static EntryPath of(TarEntry entry, Limits limits) throws Malformed {
    var parts = parts(entry.path(), entry, limits);
    return new EntryPath(parts, kind(parts, entry));
  }

  /** What a hard link names; whiteouts are no names. */
  static EntryPath linked(TarEntry entry, Limits limits) throws Malformed {
    var parts = parts(entry.link(), entry, limits);
    for (byte[] part : parts)
      if (startsWith(part, WHITEOUT)) throw bad(entry, "is a hard link to a whiteout");
    if (parts.isEmpty()) throw bad(entry, "is a hard link to the root");
    return new EntryPath(parts, Kind.NAME);
  }

  private static Kind kind(List<byte[]> parts, TarEntry entry) throws Malformed {
    if (parts.isEmpty()) return Kind.ROOT;
    for (byte[] part : parts.subList(0, parts.size() - 1)) {
      if (startsWith(parts.getFirst(), AUFS)) return Kind.IGNORED;
      if (startsWith(part, WHITEOUT)) throw bad(entry, "lies below a whiteout");
    }
    byte[] name = parts.getLast();
    if (!startsWith(name, WHITEOUT)) return Kind.NAME;
    if (Arrays.equals(name, OPAQUE)) return Kind.OPAQUE;
    if (startsWith(name, AUFS) && parts.size() == 1) return Kind.IGNORED;
    byte[] hidden = hidden(name);
    if (hidden.length == 0 || dots(hidden) || startsWith(hidden, WHITEOUT))
      throw bad(entry, "is a whiteout of no name");
    return Kind.WHITEOUT;
  }

  Kind kind() {
    return kind;
  }

  /** All components but the last. */
  List<byte[]> folder() {
    return parts.subList(0, parts.size() - 1);
  }

  /** The name that is made, or that a whiteout hides. */
  byte[] name() {
    return kind == Kind.WHITEOUT ? hidden(parts.getLast()) : parts.getLast();
  }

  private static byte[] hidden(byte[] whiteout) {
    return Arrays.copyOfRange(whiteout, WHITEOUT.length, whiteout.length);
  }

  private static List<byte[]> parts(byte[] path, TarEntry entry, Limits limits) throws Malformed {
    if (path.length > 0 && path[0] == '/' && !limits.absolute())
      throw bad(entry, "has an absolute path");
    var parts = split(path);
    for (byte[] part : parts) {
      if (part.length == 2 && dots(part)) throw bad(entry, "leaves the tree");
      if (part.length > NAME_MAX) throw bad(entry, "has a name of more than 255 bytes");
    }
    if (parts.size() > limits.depth())
      throw new Malformed.Exceeded(
          "entry " + entry.shown() + " lies more than " + limits.depth() + " directories deep");
    return parts;
  }

  /** The components of a path; empty ones and single dots mean nothing. */
  static List<byte[]> split(byte[] path) {
    var parts = new ArrayList<byte[]>();
    int from = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i < path.length && path[i] != '/') continue;
      if (i > from && !(i == from + 1 && path[from] == '.'))
        parts.add(Arrays.copyOfRange(path, from, i));
      from = i + 1;
    }
    return parts;
  }

  /** Whether a component is one dot or two. */
  static boolean dots(byte[] part) {
    return part.length <= 2 && part[0] == '.' && part[part.length - 1] == '.';
  }

  private static boolean startsWith(byte[] text, byte[] prefix) {
    return text.length >= prefix.length
        && Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static Malformed bad(TarEntry entry, String what) {
    return new Malformed("entry " + entry.shown() + " " + what);
  }
}
