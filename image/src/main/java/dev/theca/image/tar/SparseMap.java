package dev.theca.image.tar;

import java.util.Arrays;

/** Which pieces of a sparse file the archive holds; all else are holes. Pieces rise. */
final class SparseMap {
  private final int maxExtents;
  private long[] pairs = new long[8];
  private int count;
  private long dataBytes;

  SparseMap(int maxExtents) {
    this.maxExtents = maxExtents;
  }

  /** A file without holes. */
  static SparseMap whole(long size) {
    var map = new SparseMap(1);
    map.pairs = new long[] {0, size};
    map.count = 1;
    map.dataBytes = size;
    return map;
  }

  void add(long offset, long length) throws Malformed {
    long end = count == 0 ? 0 : offset(count - 1) + length(count - 1);
    if (offset < end || length < 0 || offset + length < 0)
      throw new Malformed("pieces of a sparse file that overlap or go back");
    if (count == maxExtents)
      throw new Malformed.Exceeded("a sparse file of more than " + maxExtents + " pieces");
    if (2 * count == pairs.length) pairs = Arrays.copyOf(pairs, 4 * count);
    pairs[2 * count] = offset;
    pairs[2 * count + 1] = length;
    count++;
    dataBytes += length;
  }

  int count() {
    return count;
  }

  long offset(int i) {
    return pairs[2 * i];
  }

  long length(int i) {
    return pairs[2 * i + 1];
  }

  /** All pieces lie in a file of this size, and the archive holds as many bytes as they have. */
  void check(long realSize, long storedBytes) throws Malformed {
    long end = count == 0 ? 0 : offset(count - 1) + length(count - 1);
    if (end > realSize || dataBytes != storedBytes)
      throw new Malformed(
          "a sparse file whose pieces have "
              + dataBytes
              + " bytes up to "
              + end
              + ", stored "
              + storedBytes
              + " of "
              + realSize);
  }
}
