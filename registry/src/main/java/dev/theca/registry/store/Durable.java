package dev.theca.registry.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are there whole, or not at all, also after a crash. */
final class Durable {
  private Durable() {}

  /** Writes a small file by way of {@code temporary}, which must be on the same file system. */
  static void write(Path file, byte[] content, Path temporary) throws IOException {
    folder(parent(file));
    try (var out =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) out.write(left);
      out.force(true);
    }
    move(temporary, file);
  }

  /** Moves a file whose content is on the disk already. */
  static void move(Path from, Path to) throws IOException {
    folder(parent(to));
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(parent(to));
  }

  /** Makes a folder with its parents; each is on the disk before the next. */
  static void folder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) return;
    folder(parent(folder));
    Files.createDirectories(folder); // somebody else may be as fast
    sync(parent(folder));
  }

  static void delete(Path file) throws IOException {
    if (Files.deleteIfExists(file)) sync(parent(file));
  }

  /** fsync(2) of a directory: what was renamed into it stays. */
  static void sync(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path file) {
    return java.util.Objects.requireNonNull(file.toAbsolutePath().getParent());
  }
}
