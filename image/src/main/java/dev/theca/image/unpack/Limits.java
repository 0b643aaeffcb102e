package dev.theca.image.unpack;

import dev.theca.image.tar.TarLimits;

/**
 * What an image may ask of its unpacker. More is refused with the entry named.
 *
 * @param tar what one entry may bring
 * @param entries of all layers together; one takes about 45 bytes of memory and its name
 * @param namesBytes names and link targets of the tree, which stay in memory
 * @param depth directories below each other
 * @param linkHops symbolic links on the way to one entry; Linux follows 40
 * @param totalBytes plain bytes of all layers, holes of sparse files included
 * @param ratio how many times its compressed size a layer may have, behind the first {@code
 *     ratioFloorBytes}
 * @param windowBytes largest window of zstd; a decoder keeps that much in memory
 * @param duplicates whether a layer may bring a path twice, and the last one counts; otherwise only
 *     directories may come again
 * @param absolute whether paths may begin with a slash, which then means the tree's root as with
 *     other tools; ko wrote such images
 */
public record Limits(
    TarLimits tar,
    int entries,
    int namesBytes,
    int depth,
    int linkHops,
    long totalBytes,
    int ratio,
    long ratioFloorBytes,
    int windowBytes,
    boolean duplicates,
    boolean absolute) {
  public static final Limits DEFAULT =
      new Limits(
          TarLimits.DEFAULT,
          1_000_000,
          64 << 20,
          512,
          40,
          64L << 30,
          250,
          1L << 30,
          128 << 20,
          false,
          true);

  public Limits withTar(TarLimits other) {
    return new Limits(
        other,
        entries,
        namesBytes,
        depth,
        linkHops,
        totalBytes,
        ratio,
        ratioFloorBytes,
        windowBytes,
        duplicates,
        absolute);
  }

  /** Limits on the number of entries, their names' bytes, depth and hops. */
  public Limits withTree(int maxEntries, int maxNamesBytes, int maxDepth, int maxLinkHops) {
    return new Limits(
        tar,
        maxEntries,
        maxNamesBytes,
        maxDepth,
        maxLinkHops,
        totalBytes,
        ratio,
        ratioFloorBytes,
        windowBytes,
        duplicates,
        absolute);
  }

  /** Limits on plain bytes: in all, and against the compressed size behind a floor. */
  public Limits withBytes(long maxTotalBytes, int maxRatio, long floorBytes, int maxWindowBytes) {
    return new Limits(
        tar,
        entries,
        namesBytes,
        depth,
        linkHops,
        maxTotalBytes,
        maxRatio,
        floorBytes,
        maxWindowBytes,
        duplicates,
        absolute);
  }

  /** What of odd archives is taken as other tools take it. */
  public Limits withLeniency(boolean duplicatePaths, boolean absolutePaths) {
    return new Limits(
        tar,
        entries,
        namesBytes,
        depth,
        linkHops,
        totalBytes,
        ratio,
        ratioFloorBytes,
        windowBytes,
        duplicatePaths,
        absolutePaths);
  }
}
