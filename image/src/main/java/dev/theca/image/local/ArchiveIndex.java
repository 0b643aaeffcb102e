package dev.theca.image.local;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where the files of a tar archive are: one pass over its headers, contents are jumped over. Reads
 * ustar, GNU long names and pax (pax: {@code path}, {@code linkpath}, {@code size}); the last entry
 * of a name counts. For archives of images, whose names are few.
 */
final class ArchiveIndex {
  /** A file's bytes in the archive, or what a link says; a link is not followed outside. */
  record Entry(long start, long size, String link) {}

  /** An archive that is none. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  private static final int BLOCK = 512;
  private static final int MAX_ENTRIES = 65_536;
  private static final int MAX_NAME_BYTES = 1 << 20;

  private final FileChannel channel;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> next = new LinkedHashMap<>();

  private ArchiveIndex(FileChannel channel) {
    this.channel = channel;
  }

  static Map<String, Entry> read(Path file) throws IOException, Malformed {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var index = new ArchiveIndex(channel);
      index.read();
      return index.entries;
    }
  }

  private void read() throws IOException, Malformed {
    long size = channel.size();
    long at = 0;
    int headers = 0;
    while (at + BLOCK <= size) {
      byte[] header = bytes(at, BLOCK);
      if (isZero(header)) return;
      if (++headers > MAX_ENTRIES) throw new Malformed("more than " + MAX_ENTRIES + " entries");
      if (!sumFits(header)) throw new Malformed("a header at byte " + at + " whose sum is wrong");
      long length = length(header);
      long start = at + BLOCK;
      if (length < 0 || length > size - start)
        throw new Malformed("an entry at byte " + at + " that is longer than the archive");
      take(header, start, length);
      at = start + (length + BLOCK - 1) / BLOCK * BLOCK;
    }
    if (headers == 0) throw new Malformed("no tar archive");
  }

  private long length(byte[] header) throws Malformed {
    String pax = next.getOrDefault("size", "");
    boolean extension = "xgLK".indexOf(header[156]) >= 0;
    if (pax.isEmpty() || extension) return number(header, 124, 12);
    if (!pax.matches("[0-9]{1,18}")) throw new Malformed("a size that is no number");
    return Long.parseLong(pax);
  }

  private void take(byte[] header, long start, long length) throws IOException, Malformed {
    switch (header[156]) {
      case 'x' -> pax(small(start, length));
      case 'g' -> {} // global fields name no files
      case 'L' -> next.put("path", text(small(start, length), 0, (int) length));
      case 'K' -> next.put("linkpath", text(small(start, length), 0, (int) length));
      default -> {
        String path = next.getOrDefault("path", name(header));
        String link = next.getOrDefault("linkpath", text(header, 157, 100));
        next.clear();
        boolean file = header[156] == '0' || header[156] == 0;
        boolean linked = header[156] == '1' || header[156] == '2';
        if (file) entries.put(clean(path), new Entry(start, length, ""));
        if (linked && !link.isEmpty())
          entries.put(clean(path), new Entry(0, 0, target(clean(path), link, header[156] == '2')));
      }
    }
  }

  private byte[] small(long start, long length) throws IOException, Malformed {
    if (length > MAX_NAME_BYTES) throw new Malformed("a name of more than a mebibyte");
    return bytes(start, (int) length);
  }

  /** Records of "length name=value\n" (POSIX.1-2001, pax). */
  private void pax(byte[] records) throws Malformed {
    int at = 0;
    while (at < records.length) {
      int space = at;
      while (space < records.length && records[space] != ' ') space++;
      String digits = new String(records, at, space - at, StandardCharsets.ISO_8859_1);
      if (!digits.matches("[0-9]{1,8}")) throw new Malformed("a pax record without its length");
      int end = at + Integer.parseInt(digits);
      if (end > records.length || end <= space + 1) throw new Malformed("a pax record that is cut");
      String record = new String(records, space + 1, end - space - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals > 0) next.put(record.substring(0, equals), record.substring(equals + 1));
      at = end;
    }
    next.keySet().retainAll(java.util.Set.of("path", "linkpath", "size"));
  }

  private static String name(byte[] header) {
    String prefix = header[257] == 'u' && header[263] == '0' ? text(header, 345, 155) : "";
    String name = text(header, 0, 100);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String clean(String path) {
    return path.startsWith("./") ? path.substring(2) : path;
  }

  /** Symbolic links are relative to their folder, hard links to the archive. */
  private static String target(String path, String link, boolean symbolic) {
    int slash = path.lastIndexOf('/');
    String joined = symbolic && slash >= 0 ? path.substring(0, slash + 1) + link : link;
    var parts = new java.util.ArrayDeque<String>();
    for (String part : joined.split("/", -1)) {
      if (part.equals("..")) parts.pollLast();
      else if (!part.isEmpty() && !part.equals(".")) parts.add(part);
    }
    return String.join("/", parts);
  }

  private byte[] bytes(long at, int count) throws IOException {
    var buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining())
      if (channel.read(buffer, at + buffer.position()) < 0)
        throw new EOFException("the archive ends at byte " + (at + buffer.position()));
    return buffer.array();
  }

  private static String text(byte[] from, int at, int most) {
    int end = at;
    while (end < at + most && end < from.length && from[end] != 0) end++;
    return new String(from, at, end - at, StandardCharsets.UTF_8);
  }

  /** Octal digits, or base 256 when the first bit is set (GNU). */
  private static long number(byte[] header, int at, int count) throws Malformed {
    if ((header[at] & 0x80) != 0) {
      long value = header[at] & 0x3F;
      for (int i = 1; i < count; i++) {
        if (value >>> 54 != 0) throw new Malformed("a size of more than 63 bits");
        value = value << 8 | header[at + i] & 0xFF;
      }
      return value;
    }
    String digits = text(header, at, count).strip();
    if (!digits.matches("[0-7]{0,12}")) throw new Malformed("a size that is no number");
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static boolean sumFits(byte[] header) throws Malformed {
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
    return sum == number(header, 148, 8);
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) if (b != 0) return false;
    return true;
  }

  /** The file under a name, through at most a few links. */
  static Optional<Entry> find(Map<String, Entry> entries, String name) {
    String at = clean(name);
    for (int links = 0; links < 4; links++) {
      Entry entry = entries.get(at);
      if (entry == null) return Optional.empty();
      if (entry.link().isEmpty()) return Optional.of(entry);
      at = entry.link();
    }
    return Optional.empty();
  }
}
