package dev.theca.sealfs.gramine;

import java.util.List;

/**
 * How a tree is exported.
 *
 * @param root the path under which the application's Gramine will see it
 * @param threads how many files are written at once
 * @param readOnly directories of the tree ({@code /usr}) that nothing writes to at run time: a link
 *     to a directory in them becomes an extra mount; any other is copied. Two mounts of one host
 *     directory lose writes, so a wrong entry here loses data.
 */
public record ExportOptions(
    BoundRoot root, int threads, List<String> readOnly, ExportLimits limits) {
  public ExportOptions {
    readOnly = List.copyOf(readOnly);
    for (String path : readOnly)
      if (!path.startsWith("/") || !path.equals("/") && path.endsWith("/"))
        throw new IllegalArgumentException("not a directory of the tree: " + path);
    if (threads < 1 || threads > 64) throw new IllegalArgumentException(threads + " threads");
  }

  /** Every link is copied, two files are written at once. */
  public static ExportOptions under(BoundRoot root) {
    return new ExportOptions(root, 2, List.of(), ExportLimits.DEFAULT);
  }

  public ExportOptions withThreads(int count) {
    return new ExportOptions(root, count, readOnly, limits);
  }

  public ExportOptions withReadOnly(String... directories) {
    return new ExportOptions(root, threads, List.of(directories), limits);
  }

  public ExportOptions withLimits(ExportLimits other) {
    return new ExportOptions(root, threads, readOnly, other);
  }

  /** Whether a directory, given by its path from the root with a slash, is never written to. */
  boolean isReadOnly(String path) {
    for (String directory : readOnly)
      if (directory.equals("/") || path.equals(directory) || path.startsWith(directory + "/"))
        return true;
    return false;
  }
}
