package dev.theca.image.tar;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The records of an extended header, {@code LENGTH KEY=VALUE\n} with the length in decimal over the
 * whole record (POSIX.1-2001, "pax Extended Header"). Values are bytes. An empty value takes back
 * what was said before, also of an attribute, which therefore cannot be empty.
 */
final class Pax {
  private static final int MAX_RECORDS = 4096;
  private static final String SCHILY = "SCHILY.xattr.";
  private static final String LIBARCHIVE = "LIBARCHIVE.xattr.";

  private final TarLimits limits;
  private final Map<String, byte[]> records;
  private @Nullable SparseMap sparse00;
  private long sparse00Offset = -1;
  private int bytes;

  Pax(TarLimits limits) {
    this.limits = limits;
    this.records = new LinkedHashMap<>();
  }

  private Pax(Pax global) {
    this.limits = global.limits;
    this.records = new LinkedHashMap<>(global.records);
  }

  /** Records of one entry, beginning with those for all. */
  Pax forEntry() {
    return new Pax(this);
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  void parse(byte[] header) throws Malformed {
    bytes += header.length;
    if (bytes > limits.extensionBytes())
      throw new Malformed.Exceeded(
          "extended headers of more than " + limits.extensionBytes() + " bytes");
    for (int at = 0; at < header.length; ) at = record(header, at);
  }

  private int record(byte[] header, int at) throws Malformed {
    int space = at;
    int length = 0;
    while (space < header.length && header[space] >= '0' && header[space] <= '9' && space - at < 9)
      length = length * 10 + header[space++] - '0';
    if (space == at || space >= header.length || header[space] != ' ')
      throw new Malformed("a pax record without its length");
    int end = at + length;
    int equals = space + 1;
    while (equals < header.length && header[equals] != '=') equals++;
    if (length < 5 || end > header.length || equals >= end || header[end - 1] != '\n')
      throw new Malformed("a pax record that is not as long as it says, " + length + " bytes");
    put(
        utf8(header, space + 1, equals - space - 1),
        Arrays.copyOfRange(header, equals + 1, end - 1));
    return end;
  }

  private void put(String key, byte[] value) throws Malformed {
    switch (key) {
      case "GNU.sparse.offset" -> sparse00Offset = decimal(key, value);
      case "GNU.sparse.numbytes" -> {
        if (sparse00Offset < 0) throw new Malformed("pax record '" + key + "' before its offset");
        if (sparse00 == null) sparse00 = new SparseMap(limits.extents());
        sparse00.add(sparse00Offset, decimal(key, value));
        sparse00Offset = -1;
      }
      case "hdrcharset" -> {
        String name = new String(value, StandardCharsets.UTF_8);
        if (!name.isEmpty() && !name.equals("BINARY") && !name.equals("ISO-IR 10646 2000 UTF-8"))
          throw new Malformed("names in the character set " + TarEntry.shown(value));
      }
      default -> {
        if (value.length == 0) records.remove(key);
        else records.put(key, value);
        if (records.size() > MAX_RECORDS)
          throw new Malformed.Exceeded("more than " + MAX_RECORDS + " pax records for an entry");
      }
    }
  }

  /** Refuses what would say the same name or length for every entry that follows. */
  void checkGlobal() throws Malformed {
    for (String key : records.keySet())
      if (key.equals("path") || key.equals("linkpath") || key.equals("size") || sparseKey(key))
        throw new Malformed("a '" + key + "' for all entries");
    if (sparse00 != null) throw new Malformed("a sparse map for all entries");
  }

  private static boolean sparseKey(String key) {
    return key.startsWith("GNU.sparse.");
  }

  Optional<byte[]> bytes(String key) {
    return Optional.ofNullable(records.get(key));
  }

  long decimal(String key, long otherwise) throws Malformed {
    byte[] value = records.get(key);
    return value == null ? otherwise : decimal(key, value);
  }

  static long decimal(String key, byte[] value) throws Malformed {
    if (value.length == 0 || value.length > 18)
      throw new Malformed("pax record '" + key + "' is no number");
    long number = 0;
    for (byte b : value) {
      if (b < '0' || b > '9') throw new Malformed("pax record '" + key + "' is no number");
      number = number * 10 + b - '0';
    }
    return number;
  }

  /** Seconds with a fraction, maybe negative; digits beyond nanoseconds are dropped. */
  Optional<Long> mtimeNanos() throws Malformed {
    byte[] value = records.get("mtime");
    if (value == null) return Optional.empty();
    String text = new String(value, StandardCharsets.US_ASCII);
    if (!text.matches("-?[0-9]{1,12}(\\.[0-9]{0,64})?"))
      throw new Malformed("pax record 'mtime' is no time");
    boolean negative = text.startsWith("-");
    int dot = text.indexOf('.');
    String whole = text.substring(negative ? 1 : 0, dot < 0 ? text.length() : dot);
    String fraction = dot < 0 ? "" : text.substring(dot + 1);
    fraction = (fraction + "000000000").substring(0, 9);
    long nanos = Times.nanos(Long.parseLong(whole), Long.parseLong(fraction));
    return Optional.of(negative ? -nanos : nanos);
  }

  /** The pieces in the header, versions 0.0 and 0.1; version 1.0 has them before the data. */
  Optional<SparseMap> sparse() throws Malformed {
    if (sparse00 != null) return Optional.of(sparse00);
    byte[] map = records.get("GNU.sparse.map");
    if (map == null) {
      return records.containsKey("GNU.sparse.size") && !sparse10()
          ? Optional.of(new SparseMap(limits.extents()))
          : Optional.empty();
    }
    var pieces = new SparseMap(limits.extents());
    String[] numbers = new String(map, StandardCharsets.US_ASCII).split(",", -1);
    if (numbers.length % 2 != 0) throw new Malformed("a sparse map with half a piece");
    for (int i = 0; i < numbers.length; i += 2)
      pieces.add(
          decimal("GNU.sparse.map", numbers[i].getBytes(StandardCharsets.US_ASCII)),
          decimal("GNU.sparse.map", numbers[i + 1].getBytes(StandardCharsets.US_ASCII)));
    return Optional.of(pieces);
  }

  boolean sparse10() throws Malformed {
    if (!records.containsKey("GNU.sparse.major")) return false;
    long major = decimal("GNU.sparse.major", 0);
    long minor = decimal("GNU.sparse.minor", 0);
    if (major == 1 && minor == 0) return true;
    if (major == 0 && minor <= 1) return false;
    throw new Malformed("sparse files of version " + major + "." + minor);
  }

  /**
   * Extended attributes as star writes them, bytes as they are; of those that only libarchive's
   * records have (base64 under an URL-encoded name) these.
   */
  Map<String, byte[]> xattrs() throws Malformed {
    var xattrs = new LinkedHashMap<String, byte[]>();
    for (var record : records.entrySet())
      if (record.getKey().startsWith(SCHILY))
        xattrs.put(record.getKey().substring(SCHILY.length()), record.getValue());
    for (var record : records.entrySet())
      if (record.getKey().startsWith(LIBARCHIVE))
        xattrs.putIfAbsent(
            urlDecoded(record.getKey().substring(LIBARCHIVE.length())), base64(record.getValue()));
    check(xattrs);
    return Map.copyOf(xattrs);
  }

  private void check(Map<String, byte[]> xattrs) throws Malformed {
    long total = 0;
    for (var xattr : xattrs.entrySet()) {
      int name = xattr.getKey().getBytes(StandardCharsets.UTF_8).length;
      if (name == 0 || xattr.getKey().indexOf('\0') >= 0)
        throw new Malformed("an extended attribute without a name");
      if (name > limits.xattrNameBytes() || xattr.getValue().length > limits.xattrBytes())
        throw new Malformed.Exceeded(
            "an extended attribute of " + name + " + " + xattr.getValue().length + " bytes");
      total += name + xattr.getValue().length;
    }
    if (total > limits.xattrTotalBytes())
      throw new Malformed.Exceeded("extended attributes of " + total + " bytes");
  }

  private static byte[] base64(byte[] text) throws Malformed {
    try {
      return Base64.getDecoder().decode(text); // libarchive leaves the padding out, Java takes both
    } catch (IllegalArgumentException e) {
      throw new Malformed("an extended attribute that is no base64");
    }
  }

  private static String urlDecoded(String name) throws Malformed {
    try {
      return java.net.URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Malformed("an extended attribute with a wrong escape in its name");
    }
  }

  private static String utf8(byte[] bytes, int from, int length) throws Malformed {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("a pax record whose key is no UTF-8");
    }
  }
}
