package dev.theca.sealfs.gramine;

/**
 * One more encrypted mount that the manifest needs in place of a symbolic link to a directory, for
 * reading only.
 *
 * @param path in the application, below the tree's own mount ({@code /lib})
 * @param uri what it shows ({@code file:/cc/rootfs/usr/lib})
 */
public record ExtraMount(String path, String uri) {}
