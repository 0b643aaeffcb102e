package dev.theca.registry.store;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Where things lie under the root. {@code blobs/} has the bytes, once each; a repository has links
 * to what it may give out.
 *
 * <pre>
 * blobs/sha256/ab/abcd...                      bytes
 * repositories/NAME/_blobs/sha256/abcd...      empty: "this repository has that blob"
 * repositories/NAME/_manifests/sha256/abcd...  the media type
 * repositories/NAME/_tags/TAG                  a digest
 * repositories/NAME/_referrers/sha256/abcd.../sha256/ef01...  empty
 * repositories/NAME/_uploads/ID                bytes that arrive
 * tmp/                                         files before they are renamed
 * lock                                         held by the one process that works here
 * </pre>
 */
final class Layout implements AutoCloseable {
  private final Path root;
  private final FileChannel lockFile;
  private final FileLock lock;

  private Layout(Path root, FileChannel lockFile, FileLock lock) {
    this.root = root;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Opens a root, alone.
   *
   * @throws IOException also when another process works there
   */
  static Layout open(Path root) throws IOException {
    for (String part : new String[] {"blobs", "repositories", "tmp"})
      Files.createDirectories(root.resolve(part));
    var file =
        FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      var lock = file.tryLock();
      if (lock == null) throw new IOException("another process works in " + root);
      try (var old = Files.list(root.resolve("tmp"))) {
        for (Path left : (Iterable<Path>) old::iterator) Files.delete(left);
      }
      return new Layout(root, file, lock);
    } catch (OverlappingFileLockException e) {
      file.close();
      throw new IOException("another registry of this process works in " + root, e);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path blob(Digest digest) {
    return blobs()
        .resolve(digest.algorithm())
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  Path repositories() {
    return root.resolve("repositories");
  }

  Path part(String repository, String part) {
    return repositories().resolve(repository).resolve(part);
  }

  Path link(String repository, String part, Digest digest) {
    return under(part(repository, part), digest);
  }

  static Path under(Path folder, Digest digest) {
    return folder.resolve(digest.algorithm()).resolve(digest.hex());
  }

  Path temporary() {
    return root.resolve("tmp").resolve(UUID.randomUUID().toString());
  }

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }
}
