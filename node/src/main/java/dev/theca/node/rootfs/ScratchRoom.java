package dev.theca.node.rootfs;

import dev.theca.linux.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A private place for mounts that last a moment: nothing that is mounted in it passes on to other
 * namespaces, and all of it goes with it.
 */
final class ScratchRoom implements AutoCloseable {
  private final Path folder;
  private int places;

  ScratchRoom(Path parent) {
    try {
      folder = Files.createTempDirectory(parent, "m");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder in " + parent, e);
    }
    try {
      Mounts.mount("tmpfs", folder, "tmpfs", 0, "size=1m,mode=700");
      Mounts.propagation(folder, Mounts.MS_PRIVATE);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A fresh mount point. */
  Path place() {
    try {
      return Files.createDirectory(folder.resolve(Integer.toString(places++)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a mount point in " + folder, e);
    }
  }

  @Override
  public void close() {
    Mounts.detach(folder); // with everything in it
    try {
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
