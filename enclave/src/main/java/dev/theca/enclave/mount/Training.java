package dev.theca.enclave.mount;

import dev.theca.sealfs.SealMount;
import dev.theca.sealfs.Volume;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a runtime is trained with when a bundle is built: volumes are mounted over the transport
 * that the machine offers, written to, read, listed and unmounted. The work on a mount is done by a
 * process of its own: one that waits for its own mount when it is killed never ends.
 */
final class Training {
  private static final int FILES = 64;
  private static final int FILE_BYTES = 64 << 10;

  private Training() {}

  static void run() throws IOException {
    Rehearsal.steps(Training::mounted);
  }

  private static void mounted(Volume volume, String name) throws IOException {
    Path target = Files.createTempDirectory(name);
    try (var mount = SealMount.mount(volume, target)) {
      var worker =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "--work",
                  target.toString())
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.INHERIT)
              .start();
      int code = worker.waitFor();
      if (code != 0) throw new IOException("the work on the mount ended with " + code);
      System.err.println("stage=training volume=" + name + " transport=" + mount.transport());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(target);
    }
  }

  /** What a program does at its start, more or less. */
  static void work(Path target) throws IOException {
    Path folder = Files.createDirectories(target.resolve("made/here"));
    for (int i = 0; i < FILES; i++) {
      Path file = Files.write(folder.resolve("w" + i), new byte[FILE_BYTES]);
      if (Files.readAllBytes(file).length != FILE_BYTES) throw new IOException("a short file");
    }
    try (Stream<Path> walk = Files.walk(target)) {
      for (Path path : (Iterable<Path>) walk::iterator)
        if (Files.isRegularFile(path) && Files.readAllBytes(path).length == 0)
          throw new IOException("an empty file");
    }
    Files.move(folder.resolve("w0"), folder.resolve("moved"));
    for (String gone : List.of("w1", "w2", "moved")) Files.delete(folder.resolve(gone));
  }
}
