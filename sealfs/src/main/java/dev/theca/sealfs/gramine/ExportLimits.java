package dev.theca.sealfs.gramine;

/**
 * What an export may cost; copies of links count as files of their own. Sizes are bytes.
 *
 * @param entries files and directories
 * @param fileBytes plaintext of one file
 * @param totalBytes plaintext of all files
 * @param mounts extra mounts for links to directories
 */
public record ExportLimits(int entries, long fileBytes, long totalBytes, int mounts) {
  public static final ExportLimits DEFAULT =
      new ExportLimits(1_000_000, 64L << 30, 256L << 30, 256);

  public ExportLimits {
    if (entries < 0 || entries > Listing.MAX_ENTRIES || fileBytes < 0 || totalBytes < 0)
      throw new IllegalArgumentException("limits that cannot be kept");
    if (fileBytes > PfWriter.MAX_SIZE) throw new IllegalArgumentException("files above 1 TiB");
  }
}
