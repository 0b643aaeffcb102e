package dev.theca.node.io;

import java.nio.file.Path;

/**
 * What streams are opened with.
 *
 * @param terminals a short folder for sockets on which the runtime hands terminals over
 * @param uid owner of the streams, 0 = root; likewise {@code gid}
 */
public record IoSetup(Path terminals, String namespace, String container, int uid, int gid) {}
