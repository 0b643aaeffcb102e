package dev.theca.image.tar;

import java.io.IOException;

/** The map of a sparse file of version 1.0: decimal lines in whole blocks before the data. */
final class SparseLines {
  private final TarReader reader;
  private final int maxExtents;
  private byte[] block = {};
  private int at;
  private long blocks;

  SparseLines(TarReader reader, int maxExtents) {
    this.reader = reader;
    this.maxExtents = maxExtents;
  }

  SparseMap read() throws IOException {
    var map = new SparseMap(maxExtents);
    long count = line();
    for (long i = 0; i < count; i++) {
      long offset = line();
      map.add(offset, line());
    }
    return map;
  }

  /** How many blocks the lines took. */
  long blocks() {
    return blocks;
  }

  private long line() throws IOException {
    long value = 0;
    for (int digits = 0; ; digits++) {
      if (at == block.length) {
        block = reader.dataBlock();
        at = 0;
        blocks++;
      }
      byte b = block[at++];
      if (b == '\n' && digits > 0) return value;
      if (b < '0' || b > '9' || digits == 18) throw new Malformed("a sparse map with no numbers");
      value = value * 10 + b - '0';
    }
  }
}
