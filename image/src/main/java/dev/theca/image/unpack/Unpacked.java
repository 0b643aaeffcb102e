package dev.theca.image.unpack;

/**
 * What was unpacked.
 *
 * @param entries of all layers, whiteouts and directories without an entry included
 * @param files regular files that layers brought, also those that later ones removed
 * @param plainBytes of the archives
 * @param blobBytes as stored in the place they came from
 */
public record Unpacked(int layers, int entries, long files, long plainBytes, long blobBytes) {}
