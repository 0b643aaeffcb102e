package dev.theca.interop.sign;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Recorded data of other projects, and tools of the machine; tests that lack one are skipped. */
final class TestData {
  private TestData() {}

  static Path imageRs(String path) {
    String shared = System.getenv("THECA_SHARED");
    var root =
        shared == null
            ? Path.of(System.getProperty("theca.root", ".."), "../shared")
            : Path.of(shared);
    var file = root.resolve("testdata/coco/guest-components/image-rs/test_data").resolve(path);
    assumeTrue(Files.exists(file), "recorded data is absent: " + file);
    return file;
  }

  static byte[] bytes(String path) throws IOException {
    return Files.readAllBytes(imageRs(path));
  }

  static void needs(String tool) {
    boolean there = false;
    for (String dir : System.getenv("PATH").split(":"))
      there |= Files.isExecutable(Path.of(dir, tool));
    assumeTrue(there, "this machine has no " + tool);
  }

  /** Runs a tool to its end; what it printed, when it succeeded. */
  static String run(Path home, String... command) throws IOException, InterruptedException {
    var result = attempt(home, command);
    if (result.code != 0)
      throw new AssertionError(String.join(" ", command) + ": " + result.output);
    return result.output;
  }

  record Result(int code, String output) {}

  static Result attempt(Path home, String... command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
    builder.environment().put("GNUPGHOME", home.toString());
    builder.directory(home.toFile()).redirectErrorStream(true);
    var process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " does not end");
    }
    return new Result(process.exitValue(), output);
  }
}
