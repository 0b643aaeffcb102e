package dev.theca.linux.fuse;

/**
 * How to mount and serve.
 *
 * @param type shown in the mount table as {@code fuse.<type>}
 * @param checkModes the kernel checks owners and modes ({@code default_permissions}); else the
 *     handler decides alone
 * @param cacheSeconds how long the kernel may keep names and attributes; right when nobody else
 *     changes the tree
 * @param threads request loops, each on a queue of its own where the kernel allows
 * @param readOnly mounted read-only
 */
public record FuseOptions(
    String type, boolean checkModes, long cacheSeconds, int threads, boolean readOnly) {}
