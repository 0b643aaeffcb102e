package dev.theca.node.io;

import dev.theca.linux.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the names of streams mean. */
final class Names {
  private static final int TYPE = 0170000;
  private static final int FIFO = 0010000;

  private Names() {}

  /** The scheme; a plain path is a FIFO's. */
  static String scheme(String name) {
    int at = name.indexOf("://");
    return at < 0 ? "fifo" : name.substring(0, at);
  }

  static Path path(String name) {
    int at = name.indexOf("://");
    String path = at < 0 ? name : name.substring(at + 3);
    if (!path.startsWith("/"))
      throw new IllegalArgumentException("a stream's path is absolute, not " + name);
    return Path.of(path);
  }

  static boolean isFifo(Path path) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode");
      return (mode & TYPE) == FIFO;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at stream " + path, e);
    }
  }

  /** Gives a stream to the owner that the runtime's options name. */
  static void own(Fd stream, IoSetup setup) {
    if (setup.uid() != 0 || setup.gid() != 0) stream.owner(setup.uid(), setup.gid());
  }
}
