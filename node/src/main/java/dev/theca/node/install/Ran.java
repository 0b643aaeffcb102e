package dev.theca.node.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that was run to its end, and what it said. For the commands of an administrator; the
 * daemon starts its processes otherwise.
 */
record Ran(int code, String out, String err) {
  private static final int SHOWN = 2000;

  /** Runs a program; one that does not end in time is killed, which is an {@link IOException}. */
  static Ran of(List<String> command, Duration limit) throws IOException {
    Path out = Files.createTempFile("theca-out", "");
    Path err = Files.createTempFile("theca-err", "");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " did not end within " + limit.toSeconds() + " s");
      }
      return new Ran(process.exitValue(), text(out), text(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command + " ran", e);
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** The end of what it complained about, on one line. */
  String complaint() {
    String all = (err.isBlank() ? out : err).strip().replace('\n', ' ');
    return all.length() > SHOWN ? all.substring(all.length() - SHOWN) : all;
  }
}
