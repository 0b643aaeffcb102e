package dev.theca.node.pod;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A mount namespace of one pod, so that the plaintext view of its volumes never shows in the host's
 * own tree. A small process keeps it; that process ends when this one does.
 */
final class MountNamespace implements AutoCloseable {
  private final Process keeper;

  private MountNamespace(Process keeper) {
    this.keeper = keeper;
  }

  /** Makes one in which {@code shared} passes mounts on between the pod's containers. */
  static MountNamespace make(Path launcher, Path shared) {
    try {
      var keeper =
          new ProcessBuilder(launcher.toString(), "mntns", shared.toString())
              .redirectError(Redirect.INHERIT)
              .start();
      byte[] said = keeper.getInputStream().readNBytes(6);
      if (!new String(said, StandardCharsets.US_ASCII).equals("ready\n"))
        throw new IllegalStateException("no mount namespace for " + shared + "; see the log above");
      return new MountNamespace(keeper);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + launcher, e);
    }
  }

  long pid() {
    return keeper.pid();
  }

  @Override
  public void close() {
    keeper.destroyForcibly();
  }
}
