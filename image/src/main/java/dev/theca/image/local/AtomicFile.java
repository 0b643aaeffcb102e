package dev.theca.image.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Files that are there whole or not at all: written beside, synchronised, renamed. */
final class AtomicFile {
  private AtomicFile() {}

  /** A new file in the folder, under a name that nobody looks for. */
  static Path beside(Path folder) {
    return folder.resolve(".new-" + UUID.randomUUID());
  }

  static void write(Path folder, Path file, byte[] bytes) throws IOException {
    Path fresh = beside(folder);
    try {
      try (var channel =
          FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
          int unused = channel.write(rest);
        }
        channel.force(true);
      }
      rename(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  static void rename(Path fresh, Path file) throws IOException {
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
