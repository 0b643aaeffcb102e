package dev.theca.node.install;

import java.nio.file.Path;
import java.util.List;

/**
 * A file that an installation wants.
 *
 * @param pieces what of it is ours; empty: all of it
 */
record Planned(Path file, FileState to, List<Piece> pieces) {}
