package dev.theca.node.install;

import java.nio.file.Path;
import java.util.Optional;

/** A file and what it shall be; empty: gone. */
record Change(Path file, Optional<FileState> to) {}
