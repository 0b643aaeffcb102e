package dev.theca.image.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of a header block: POSIX.1-1988 "ustar Interchange Format", GNU tar manual "Basic Tar
 * Format" (old GNU sparse, base-256), star's trailer. The block is the reader's and is used again.
 */
final class Header {
  static final int BLOCK = 512;

  /** Where a field lies. */
  private record Field(int at, int length) {}

  private static final Field NAME = new Field(0, 100);
  private static final Field MODE = new Field(100, 8);
  private static final Field UID = new Field(108, 8);
  private static final Field GID = new Field(116, 8);
  private static final Field SIZE = new Field(124, 12);
  private static final Field MTIME = new Field(136, 12);
  private static final Field CHECKSUM = new Field(148, 8);
  private static final int TYPE = 156;
  private static final Field LINK = new Field(157, 100);
  private static final Field MAGIC = new Field(257, 8);
  private static final Field MAJOR = new Field(329, 8);
  private static final Field MINOR = new Field(337, 8);
  private static final Field PREFIX = new Field(345, 155);
  private static final Field STAR_PREFIX = new Field(345, 131);
  private static final Field STAR_TRAILER = new Field(508, 4);
  private static final Field GNU_REAL_SIZE = new Field(483, 12);
  private static final int GNU_SPARSE = 386;
  private static final int GNU_SPARSE_COUNT = 4;
  private static final int GNU_EXTENDED = 482;

  private final byte[] block;

  Header(byte[] block) {
    this.block = block;
  }

  char type() {
    return (char) (block[TYPE] & 0xFF);
  }

  int mode() throws Malformed {
    return (int) number(MODE, "mode") & 07777;
  }

  long uid() throws Malformed {
    return number(UID, "uid");
  }

  long gid() throws Malformed {
    return number(GID, "gid");
  }

  long size() throws Malformed {
    return number(SIZE, "size");
  }

  long mtimeSeconds() throws Malformed {
    return number(MTIME, "mtime");
  }

  int major() throws Malformed {
    return device(MAJOR);
  }

  int minor() throws Malformed {
    return device(MINOR);
  }

  byte[] link() {
    return text(LINK);
  }

  /** The name, with the prefix of those dialects that have one. */
  byte[] path() {
    byte[] name = text(NAME);
    if (!is(MAGIC, "ustar\0")) return name;
    byte[] prefix = text(is(STAR_TRAILER, "tar\0") ? STAR_PREFIX : PREFIX);
    if (prefix.length == 0) return name;
    byte[] all = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    all[prefix.length] = '/';
    System.arraycopy(name, 0, all, prefix.length + 1, name.length);
    return all;
  }

  long sparseRealSize() throws Malformed {
    return number(GNU_REAL_SIZE, "real size");
  }

  /** The pieces in an old GNU sparse header; true when an extension block follows. */
  boolean sparse(SparseMap map) throws Malformed {
    pieces(block, GNU_SPARSE, GNU_SPARSE_COUNT, map);
    return block[GNU_EXTENDED] != 0;
  }

  /** The pieces in an extension block of an old GNU sparse header; true when one more follows. */
  static boolean sparseExtension(byte[] block, SparseMap map) throws Malformed {
    pieces(block, 0, 21, map);
    return block[504] != 0;
  }

  private static void pieces(byte[] block, int at, int count, SparseMap map) throws Malformed {
    for (int i = 0; i < count; i++, at += 24) {
      if (block[at + 12] == 0) return; // an empty size: the list ends here
      map.add(number(block, at, 12, "sparse offset"), number(block, at + 12, 12, "sparse size"));
    }
  }

  boolean zero() {
    for (byte b : block) if (b != 0) return false;
    return true;
  }

  /** The sum over unsigned bytes, or over signed ones as some old writers had it. */
  void checksum() throws Malformed {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      byte b = i >= CHECKSUM.at && i < CHECKSUM.at + CHECKSUM.length ? (byte) ' ' : block[i];
      unsigned += b & 0xFF;
      signed += b;
    }
    long written = number(CHECKSUM, "checksum");
    if (written != unsigned && written != signed)
      throw new Malformed("a header whose checksum is wrong");
  }

  private boolean is(Field field, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(block, field.at, field.at + wanted.length, wanted, 0, wanted.length);
  }

  private byte[] text(Field field) {
    int end = field.at;
    while (end < field.at + field.length && block[end] != 0) end++;
    return Arrays.copyOfRange(block, field.at, end);
  }

  private int device(Field field) throws Malformed {
    long number = number(field, "device number");
    if (number < 0 || number > 0xFF_FFFF) throw new Malformed("device number " + number);
    return (int) number;
  }

  private long number(Field field, String what) throws Malformed {
    return number(block, field.at, field.length, what);
  }

  /** Octal text between blanks, or GNU's base-256: top bit set, two's complement. */
  private static long number(byte[] b, int at, int length, String what) throws Malformed {
    if ((b[at] & 0x80) != 0) return base256(b, at, length, what);
    int end = at + length;
    while (at < end && (b[at] == ' ' || b[at] == 0)) at++;
    while (end > at && (b[end - 1] == ' ' || b[end - 1] == 0)) end--;
    long value = 0;
    for (; at < end; at++) {
      if (b[at] == 0) break;
      if (b[at] < '0' || b[at] > '7') throw new Malformed("a " + what + " that is not octal");
      value = value << 3 | b[at] - '0';
    }
    return value;
  }

  private static long base256(byte[] b, int at, int length, String what) throws Malformed {
    boolean negative = (b[at] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int next = i > 0 ? b[at + i] & 0xFF : negative ? b[at] | 0x80 : b[at] & 0x7F;
      if (value >> 55 != (negative ? -1 : 0)) throw new Malformed("a " + what + " beyond 64 bits");
      value = value << 8 | next & 0xFF;
    }
    return value;
  }
}
