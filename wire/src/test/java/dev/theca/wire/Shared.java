package dev.theca.wire;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The folder of real-world test data, which is never part of the repository. */
public final class Shared {
  private Shared() {}

  /** A file of it; the test is skipped with a message when it is not on this machine. */
  public static Path testdata(String path) {
    String named = System.getenv("THECA_SHARED");
    Path root =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("theca.root", ".")).resolve("../shared");
    Path file = root.resolve("testdata").resolve(path);
    Assumptions.assumeTrue(
        Files.exists(file), () -> "test data not found: " + file + " (set THECA_SHARED)");
    return file;
  }
}
