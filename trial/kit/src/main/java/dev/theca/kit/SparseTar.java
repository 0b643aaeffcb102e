package dev.theca.kit;

import dev.theca.kit.TarHeader.Field;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A sparse file in each of GNU tar's four formats (GNU tar manual, "Storing Sparse Files"): pieces
 * of data with holes between them. Nothing is checked: pieces may overlap, run backwards or leave
 * the file.
 */
public final class SparseTar {
  private record Piece(long offset, long length, byte[] data) {}

  private static final int IN_HEADER = 4;
  private static final int IN_EXTENSION = 21;
  private static final int MAP = 386;
  private static final int NUMBER = 12;
  private static final int IS_EXTENDED = 482;
  private static final int REAL_SIZE = 483;
  private static final int EXTENSION_IS_EXTENDED = 504;

  private final String name;
  private final long realSize;
  private final List<Piece> pieces = new ArrayList<>();

  private SparseTar(String name, long realSize) {
    this.name = name;
    this.realSize = realSize;
  }

  public static SparseTar file(String name, long realSizeBytes) {
    return new SparseTar(name, realSizeBytes);
  }

  public SparseTar piece(long offset, byte[] data) {
    return piece(offset, data.length, data);
  }

  /** A piece whose map says another length than its data has. */
  public SparseTar piece(long offset, long claimedLength, byte[] data) {
    pieces.add(new Piece(offset, claimedLength, data));
    return this;
  }

  /** Type {@code S}, with extension blocks when there are more than four pieces. */
  public TarMaker old(TarMaker tar) {
    byte[] data = data();
    var header = TarHeader.of('S', name).gnu().size(data.length);
    for (int i = 0; i < Math.min(IN_HEADER, pieces.size()); i++)
      header.put(MAP + 2 * NUMBER * i, pair(pieces.get(i)));
    header.put(REAL_SIZE, number(realSize));
    if (pieces.size() > IN_HEADER) header.put(IS_EXTENDED, new byte[] {1});
    var extensions = new ByteArrayOutputStream();
    for (int from = IN_HEADER; from < pieces.size(); from += IN_EXTENSION) {
      byte[] block = new byte[TarHeader.BLOCK];
      int to = Math.min(pieces.size(), from + IN_EXTENSION);
      for (int i = from; i < to; i++)
        System.arraycopy(pair(pieces.get(i)), 0, block, 2 * NUMBER * (i - from), 2 * NUMBER);
      if (to < pieces.size()) block[EXTENSION_IS_EXTENDED] = 1;
      extensions.writeBytes(block);
    }
    return tar.entry(header, new byte[0]).raw(extensions.toByteArray()).padded(data);
  }

  /** Format 0.0: offsets and lengths as repeated records. */
  public TarMaker pax00(TarMaker tar) {
    var records = PaxRecords.of("GNU.sparse.size", realSize + "");
    records.put("GNU.sparse.numblocks", pieces.size() + "");
    for (var piece : pieces) {
      records.put("GNU.sparse.offset", piece.offset + "");
      records.put("GNU.sparse.numbytes", piece.length + "");
    }
    return tar.pax(records).file(name, data());
  }

  /** Format 0.1: one record with all numbers, and the true name beside. */
  public TarMaker pax01(TarMaker tar) {
    var map = new ArrayList<String>();
    for (var piece : pieces) map.add(piece.offset + "," + piece.length);
    var records =
        PaxRecords.of("GNU.sparse.size", realSize + "")
            .put("GNU.sparse.numblocks", pieces.size() + "")
            .put("GNU.sparse.name", name)
            .put("GNU.sparse.map", String.join(",", map));
    return tar.pax(records).file("GNUSparseFile.0/" + last(), data());
  }

  /** Format 1.0: the map in decimal lines before the data. */
  public TarMaker pax10(TarMaker tar) {
    var map = new StringBuilder().append(pieces.size()).append('\n');
    for (var piece : pieces)
      map.append(piece.offset).append('\n').append(piece.length).append('\n');
    return pax10(tar, map.toString());
  }

  /** Format 1.0 with any text as its map. */
  public TarMaker pax10(TarMaker tar, String map) {
    var records =
        PaxRecords.of("GNU.sparse.major", "1")
            .put("GNU.sparse.minor", "0")
            .put("GNU.sparse.name", name)
            .put("GNU.sparse.realsize", realSize + "");
    byte[] stored =
        new TarMaker().padded(map.getBytes(StandardCharsets.US_ASCII)).raw(data()).bytes();
    return tar.pax(records).file("GNUSparseFile.0/" + last(), stored);
  }

  private String last() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private byte[] data() {
    var all = new ByteArrayOutputStream();
    pieces.forEach(piece -> all.writeBytes(piece.data));
    return all.toByteArray();
  }

  private static byte[] pair(Piece piece) {
    byte[] both = new byte[2 * NUMBER];
    System.arraycopy(number(piece.offset), 0, both, 0, NUMBER);
    System.arraycopy(number(piece.length), 0, both, NUMBER, NUMBER);
    return both;
  }

  private static byte[] number(long value) {
    if (value < 0 || value >= 1L << 33) {
      var wide = TarHeader.of('0', "").number(Field.SIZE, value).bytes();
      return java.util.Arrays.copyOfRange(wide, 124, 136);
    }
    return String.format(Locale.ROOT, "%011o\0", value).getBytes(StandardCharsets.US_ASCII);
  }
}
