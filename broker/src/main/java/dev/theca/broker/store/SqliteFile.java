package dev.theca.broker.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A database file that this broker holds alone, until closed or killed. Readable by its owner only,
 * as is a folder that had to be made; SQLite gives its journal files the mode of the database's.
 */
final class SqliteFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;

  private SqliteFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  static SqliteFile hold(Path file) {
    Path path = file.toAbsolutePath().normalize();
    try {
      makeFolder(path);
      Path lock = path.resolveSibling(path.getFileName() + ".lock");
      makePrivate(lock);
      var channel = FileChannel.open(lock, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new StoreFault(
            path
                + " is held by another broker; end that one, or give this one a folder of its own");
      }
      makePrivate(path);
      return new SqliteFile(path, channel);
    } catch (IOException e) {
      throw new StoreFault("cannot make " + path + " ready: " + e, e);
    }
  }

  private static void makeFolder(Path path) throws IOException {
    var folder = path.getParent();
    if (folder == null || Files.isDirectory(folder)) return;
    if (folder.getParent() != null) Files.createDirectories(folder.getParent());
    var mode = PosixFilePermissions.fromString("rwx------");
    Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mode));
  }

  private static void makePrivate(Path file) throws IOException {
    var mode = PosixFilePermissions.fromString("rw-------");
    if (Files.exists(file)) Files.setPosixFilePermissions(file, mode);
    else Files.createFile(file, PosixFilePermissions.asFileAttribute(mode));
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another database of this very process
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot let go of " + path, e);
    }
  }
}
