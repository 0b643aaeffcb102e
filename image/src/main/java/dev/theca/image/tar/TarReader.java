package dev.theca.image.tar;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar archive as a stream: v7, ustar, pax, GNU (long names, base-256 numbers), sparse files
 * in all four forms. Byte-exact: names and attribute values are never decoded. What is no such
 * archive is {@link Malformed} with the entry named; memory is bounded by the {@link TarLimits}.
 * Names are not judged: that they stay inside a tree is for whoever makes one.
 */
public final class TarReader {
  private static final int BLOCK = Header.BLOCK;

  private final InputStream in;
  private final TarLimits limits;
  private final Pax global;
  private final byte[] block = new byte[BLOCK];
  private SparseMap map = SparseMap.whole(0);
  private int extent;
  private long extentLeft;
  private long position;
  private long stored;
  private long padding;

  public TarReader(InputStream in, TarLimits limits) {
    this.in = in;
    this.limits = limits;
    this.global = new Pax(limits);
  }

  /** The next entry, or null at the end; what was not read of the one before is skipped. */
  public @Nullable TarEntry next() throws IOException {
    skip(stored + padding);
    stored = padding = 0;
    Pax pax = global.forEntry();
    byte[] longName = {};
    byte[] longLink = {};
    boolean pending = false;
    while (true) {
      if (!header()) {
        if (pending) throw new Malformed("an extended header without its entry");
        return null;
      }
      var header = new Header(block);
      header.checksum();
      pending = true;
      switch (header.type()) {
        case 'x' -> pax.parse(extension(header));
        case 'g' -> {
          global.parse(extension(header));
          global.checkGlobal();
          pax = global.forEntry();
          pending = false;
        }
        case 'L' -> longName = cut(extension(header));
        case 'K' -> longLink = cut(extension(header));
        case 'V' -> {
          skip(padded(checkedSize(header.size()))); // GNU's volume label: a name, no file
          pending = false;
        }
        default -> {
          return entry(header, pax, longName, longLink);
        }
      }
    }
  }

  private TarEntry entry(Header header, Pax pax, byte[] longName, byte[] longLink)
      throws IOException {
    byte[] path =
        pax.bytes("GNU.sparse.name")
            .or(() -> pax.bytes("path"))
            .orElse(longName.length > 0 ? longName : header.path());
    if (path.length == 0) throw new Malformed("an entry without a name");
    if (path.length > limits.pathBytes())
      throw new Malformed.Exceeded("a path of " + path.length + " bytes");
    try {
      return named(header, pax, path, longLink);
    } catch (Malformed.Exceeded e) {
      throw new Malformed.Exceeded("entry " + TarEntry.shown(path) + ": " + e.getMessage());
    } catch (Malformed e) {
      throw new Malformed("entry " + TarEntry.shown(path) + ": " + e.getMessage());
    }
  }

  private TarEntry named(Header header, Pax pax, byte[] path, byte[] longLink) throws IOException {
    TarEntry.Type type = type(header, path);
    long inArchive = checkedSize(pax.decimal("size", header.size()));
    long realSize = content(header, pax, type, inArchive);
    byte[] link =
        switch (type) {
          case HARD_LINK, SYMLINK ->
              pax.bytes("linkpath").orElse(longLink.length > 0 ? longLink : header.link());
          case FILE, DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> new byte[0];
        };
    check(path, type, link);
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    var mtime = pax.mtimeNanos();
    return new TarEntry(
        path,
        type,
        link,
        header.mode(),
        owner(pax.decimal("uid", header.uid())),
        owner(pax.decimal("gid", header.gid())),
        realSize,
        mtime.isPresent() ? mtime.get() : Times.nanos(header.mtimeSeconds(), 0),
        device ? header.major() : 0,
        device ? header.minor() : 0,
        pax.isEmpty() ? Map.of() : pax.xattrs());
  }

  private static TarEntry.Type type(Header header, byte[] path) throws Malformed {
    return switch (header.type()) {
      // v7 had no type for directories: their names end with a slash
      case '0', 0, '7' ->
          path[path.length - 1] == '/' ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case 'S' -> TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      default -> throw new Malformed("unknown type '" + TarEntry.shown(bytes(header.type())) + "'");
    };
  }

  private static byte[] bytes(char c) {
    return new byte[] {(byte) c};
  }

  /** Prepares the content that follows; the size of the file. */
  private long content(Header header, Pax pax, TarEntry.Type type, long inArchive)
      throws IOException {
    stored = storedBytes(header, pax, type, inArchive);
    padding = padded(stored) - stored;
    boolean file = type == TarEntry.Type.FILE;
    long realSize = file ? stored : 0;
    map = SparseMap.whole(realSize);
    if (file && header.type() == 'S') {
      realSize = checkedSize(header.sparseRealSize());
      map = oldSparse(header);
      map.check(realSize, stored);
    } else if (file && pax.sparse10()) {
      realSize = checkedSize(pax.decimal("GNU.sparse.realsize", 0));
      map = sparseBeforeData();
      map.check(realSize, stored);
    } else if (file && pax.sparse().isPresent()) {
      realSize = checkedSize(pax.decimal("GNU.sparse.size", pax.decimal("GNU.sparse.realsize", 0)));
      map = pax.sparse().get();
      map.check(realSize, stored);
    }
    extent = -1;
    extentLeft = 0;
    return realSize;
  }

  /**
   * How many bytes follow. Links in pax archives may bring their file's content again (POSIX.1-2001
   * "linkpath"); in older dialects a link's size tells the file's size and nothing follows.
   */
  private static long storedBytes(Header header, Pax pax, TarEntry.Type type, long inArchive)
      throws Malformed {
    return switch (type) {
      case FILE -> inArchive;
      case HARD_LINK -> pax.isEmpty() ? 0 : inArchive;
      case DIRECTORY -> {
        if (header.type() != '5' && inArchive > 0) throw new Malformed("a directory with content");
        yield 0;
      }
      case SYMLINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> 0;
    };
  }

  private SparseMap oldSparse(Header header) throws IOException {
    var pieces = new SparseMap(limits.extents());
    byte[] extension = new byte[BLOCK]; // the header is still read from
    for (boolean more = header.sparse(pieces); more; ) {
      full(extension);
      more = Header.sparseExtension(extension, pieces);
    }
    return pieces;
  }

  /** Version 1.0: decimal lines in whole blocks before the data: count, then offset and size. */
  private SparseMap sparseBeforeData() throws IOException {
    var lines = new SparseLines(this, limits.extents());
    var pieces = lines.read();
    stored -= lines.blocks() * BLOCK;
    if (stored < 0) throw new Malformed("a sparse map beyond its file");
    return pieces;
  }

  /** The next block of the current entry's data. */
  byte[] dataBlock() throws IOException {
    byte[] data = new byte[BLOCK]; // the header is still read from
    full(data);
    return data;
  }

  private void check(byte[] path, TarEntry.Type type, byte[] link) throws Malformed {
    for (byte b : path) if (b == 0) throw new Malformed("NUL in its name");
    for (byte b : link) if (b == 0) throw new Malformed("NUL in its target");
    switch (type) {
      case SYMLINK -> {
        if (link.length == 0) throw new Malformed("a link to nothing");
        if (link.length > limits.linkBytes())
          throw new Malformed.Exceeded("a link target of " + link.length + " bytes");
      }
      case HARD_LINK -> {
        if (link.length == 0) throw new Malformed("a hard link to nothing");
        if (link.length > limits.pathBytes())
          throw new Malformed.Exceeded("a hard link to a path of " + link.length + " bytes");
      }
      case FILE, DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
    }
  }

  /** Numbers of users: 32 bits, of which the last means "nobody in particular" to Linux. */
  private static int owner(long id) throws Malformed {
    if (id < 0 || id >= 0xFFFF_FFFFL) throw new Malformed("owner " + id);
    return (int) id;
  }

  private long checkedSize(long size) throws Malformed {
    if (size < 0) throw new Malformed("a negative size");
    if (size > limits.fileBytes()) throw new Malformed.Exceeded("a size of " + size + " bytes");
    return size;
  }

  /** Content of the current entry; -1 at its end. {@link #offset} tells where in the file it is. */
  public int read(byte[] into) throws IOException {
    while (extentLeft == 0) {
      if (extent + 1 >= map.count()) return -1;
      extent++;
      extentLeft = map.length(extent);
      position = map.offset(extent);
    }
    int n = in.read(into, 0, (int) Math.min(into.length, extentLeft));
    if (n < 0) throw cutOff();
    extentLeft -= n;
    stored -= n;
    position += n;
    return n;
  }

  /** The offset behind what {@link #read} gave last: content begins {@code n} bytes before it. */
  public long offset() {
    return position;
  }

  private boolean header() throws IOException {
    int n = in.readNBytes(block, 0, BLOCK);
    if (n == 0) return false;
    if (n < BLOCK) throw cutOff();
    if (!new Header(block).zero()) return true;
    n = in.readNBytes(block, 0, BLOCK);
    if (n == 0 || n == BLOCK && new Header(block).zero()) return false;
    throw new Malformed("a single block of zeroes in the middle");
  }

  private byte[] extension(Header header) throws IOException {
    long size = header.size();
    if (size < 0) throw new Malformed("a negative size");
    if (size > limits.extensionBytes())
      throw new Malformed.Exceeded("an extended header of " + size + " bytes");
    byte[] bytes = new byte[(int) size];
    full(bytes);
    skip(padded(size) - size);
    return bytes;
  }

  private void full(byte[] into) throws IOException {
    if (in.readNBytes(into, 0, into.length) < into.length) throw cutOff();
  }

  private void skip(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (java.io.EOFException e) {
      throw cutOff();
    }
  }

  private static Malformed cutOff() {
    return new Malformed("the archive is cut off");
  }

  private static long padded(long size) {
    return size + BLOCK - 1 & -BLOCK;
  }

  private static byte[] cut(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) end++;
    return Arrays.copyOf(bytes, end);
  }
}
