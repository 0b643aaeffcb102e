package dev.theca.image.tar;

/**
 * What an archive may ask of its reader's memory. All sizes are bytes.
 *
 * @param pathBytes longest path of an entry, and of what a hard link names
 * @param linkBytes longest target of a symbolic link; Linux takes 4095
 * @param extensionBytes largest extended header (pax, GNU long name) of one entry
 * @param xattrNameBytes longest name of an extended attribute; Linux takes 255
 * @param xattrBytes largest value of one; Linux takes 65,536
 * @param xattrTotalBytes names and values of one entry together
 * @param fileBytes largest file, holes included
 * @param extents pieces of one sparse file
 */
public record TarLimits(
    int pathBytes,
    int linkBytes,
    int extensionBytes,
    int xattrNameBytes,
    int xattrBytes,
    int xattrTotalBytes,
    long fileBytes,
    int extents) {
  /** What images of other tools stay below. */
  public static final TarLimits DEFAULT =
      new TarLimits(4096, 4095, 1 << 20, 255, 1 << 16, 1 << 18, 64L << 30, 1 << 16);
}
