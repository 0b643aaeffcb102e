package dev.theca.image;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads tar: ustar, pax with binary attribute values, GNU long names and base-256 numbers.
 * Byte-exact; malformed input is a {@link Malformed} that names the entry or offset.
 */
final class TarReader {
  /** Bytes that are not a tar that we read. */
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  /** One entry; {@code path} and {@code link} are raw bytes. */
  record Entry(
      byte[] path,
      char type,
      byte[] link,
      int mode,
      int uid,
      int gid,
      long size,
      long mtimeNanos,
      int major,
      int minor,
      Map<String, byte[]> xattrs) {
    String shown() {
      return new String(path, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "?");
    }
  }

  private static final int BLOCK = 512;
  private static final int MAX_EXTENSION = 1 << 20;

  private final InputStream in;
  private long left;
  private long padding;
  private final Map<String, byte[]> global = new LinkedHashMap<>();

  TarReader(InputStream in) {
    this.in = in;
  }

  /** The next entry, or null at the end; what was not read of the one before is skipped. */
  @Nullable Entry next() throws IOException {
    skip();
    var pax = new LinkedHashMap<>(global);
    byte[] longName = {};
    byte[] longLink = {};
    while (true) {
      byte[] header = block();
      if (header == null || zero(header)) return null;
      checksum(header);
      char type = (char) (header[156] & 0xFF);
      long size = number(header, 124, 12);
      switch (type) {
        case 'x' -> pax(extension(size), pax);
        case 'g' -> pax(extension(size), global);
        case 'L' -> longName = cut(extension(size));
        case 'K' -> longLink = cut(extension(size));
        default -> {
          return entry(header, type, size, pax, longName, longLink);
        }
      }
    }
  }

  private Entry entry(
      byte[] h,
      char type,
      long headerSize,
      Map<String, byte[]> pax,
      byte[] longName,
      byte[] longLink)
      throws IOException {
    if (pax.keySet().stream().anyMatch(k -> k.startsWith("GNU.sparse")) || type == 'S')
      throw new Malformed("sparse files are not read yet");
    byte[] path =
        pax.containsKey("path")
            ? bytes(pax, "path")
            : longName.length > 0 ? longName : ustarPath(h);
    byte[] link =
        pax.containsKey("linkpath")
            ? bytes(pax, "linkpath")
            : longLink.length > 0 ? longLink : cut(Arrays.copyOfRange(h, 157, 257));
    long size = pax.containsKey("size") ? decimal(pax, "size") : headerSize;
    if (type >= '1' && type <= '6') size = 0;
    left = size;
    padding = (BLOCK - size % BLOCK) % BLOCK;
    var xattrs = new LinkedHashMap<String, byte[]>();
    pax.forEach(
        (key, value) -> {
          if (key.startsWith("SCHILY.xattr.")) xattrs.put(key.substring(13), value);
        });
    return new Entry(
        path,
        type == 0 || type == '7' ? '0' : type,
        link,
        (int) number(h, 100, 8) & 07777,
        (int) (pax.containsKey("uid") ? decimal(pax, "uid") : number(h, 108, 8)),
        (int) (pax.containsKey("gid") ? decimal(pax, "gid") : number(h, 116, 8)),
        size,
        pax.containsKey("mtime") ? fraction(pax) : number(h, 136, 12) * 1_000_000_000L,
        (int) number(h, 329, 8),
        (int) number(h, 337, 8),
        xattrs);
  }

  /** Content of the current entry; -1 at its end. */
  int read(byte[] into) throws IOException {
    if (left == 0) return -1;
    int n = in.read(into, 0, (int) Math.min(into.length, left));
    if (n < 0) throw new EOFException("the archive is cut off");
    left -= n;
    return n;
  }

  private void skip() throws IOException {
    in.skipNBytes(left + padding);
    left = padding = 0;
  }

  private byte @Nullable [] block() throws IOException {
    byte[] block = in.readNBytes(BLOCK);
    if (block.length == 0) return null;
    if (block.length < BLOCK) throw new EOFException("the archive is cut off");
    return block;
  }

  private byte[] extension(long size) throws IOException {
    if (size > MAX_EXTENSION) throw new Malformed("an extended header of " + size + " bytes");
    byte[] bytes = in.readNBytes((int) size);
    in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    if (bytes.length < size) throw new EOFException("the archive is cut off");
    return bytes;
  }

  /**
   * pax records: {@code LENGTH KEY=VALUE\n}, length in decimal over the whole record
   * (POSIX.1-2001).
   */
  private static void pax(byte[] bytes, Map<String, byte[]> into) throws Malformed {
    int at = 0;
    while (at < bytes.length) {
      int space = at;
      while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9' && space - at < 9)
        space++;
      if (space == at || space >= bytes.length || bytes[space] != ' ')
        throw new Malformed("a pax record without its length");
      int length = Integer.parseInt(new String(bytes, at, space - at, StandardCharsets.US_ASCII));
      int end = at + length;
      int equals = space + 1;
      while (equals < bytes.length && bytes[equals] != '=') equals++;
      if (length < 5 || end > bytes.length || bytes[end - 1] != '\n' || equals >= end)
        throw new Malformed("a pax record of " + length + " bytes");
      into.put(
          new String(bytes, space + 1, equals - space - 1, StandardCharsets.UTF_8),
          Arrays.copyOfRange(bytes, equals + 1, end - 1));
      at = end;
    }
  }

  private static byte[] bytes(Map<String, byte[]> pax, String key) throws Malformed {
    byte[] value = pax.get(key);
    if (value == null) throw new Malformed("no pax record '" + key + "'");
    return value;
  }

  private static long decimal(Map<String, byte[]> pax, String key) throws Malformed {
    String text = new String(bytes(pax, key), StandardCharsets.US_ASCII);
    if (!text.matches("[0-9]{1,18}")) throw new Malformed("pax record '" + key + "' is no number");
    return Long.parseLong(text);
  }

  private static long fraction(Map<String, byte[]> pax) throws Malformed {
    String text = new String(bytes(pax, "mtime"), StandardCharsets.US_ASCII);
    if (!text.matches("-?[0-9]{1,12}(\\.[0-9]{0,30})?"))
      throw new Malformed("pax record 'mtime' is no time");
    return new java.math.BigDecimal(text.endsWith(".") ? text + "0" : text)
        .movePointRight(9)
        .toBigInteger()
        .longValue();
  }

  private static byte[] ustarPath(byte[] h) {
    byte[] name = cut(Arrays.copyOfRange(h, 0, 100));
    boolean ustar = new String(h, 257, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
    byte[] prefix = ustar ? cut(Arrays.copyOfRange(h, 345, 500)) : new byte[0];
    if (prefix.length == 0) return name;
    byte[] all = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    all[prefix.length] = '/';
    System.arraycopy(name, 0, all, prefix.length + 1, name.length);
    return all;
  }

  private static byte[] cut(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) end++;
    return Arrays.copyOf(bytes, end);
  }

  /** Octal text, or GNU's base-256 when the top bit is set. */
  private static long number(byte[] h, int from, int length) throws Malformed {
    if ((h[from] & 0x80) != 0) {
      long value = h[from] & 0x7F;
      for (int i = from + 1; i < from + length; i++) value = value << 8 | h[i] & 0xFF;
      if (value < 0) throw new Malformed("a negative or huge number");
      return value;
    }
    long value = 0;
    for (int i = from; i < from + length; i++) {
      byte b = h[i];
      if (b == ' ' || b == 0) continue;
      if (b < '0' || b > '7') throw new Malformed("a number that is not octal");
      value = value << 3 | b - '0';
    }
    return value;
  }

  private static void checksum(byte[] h) throws Malformed {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : h[i] & 0xFF;
    if (sum != number(h, 148, 8)) throw new Malformed("a header whose checksum is wrong");
  }

  private static boolean zero(byte[] block) {
    for (byte b : block) if (b != 0) return false;
    return true;
  }
}
