package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Programs of the system, run in a folder. */
record Tool(Path folder, Map<String, String> environment) {
  static void needs(String... programs) {
    for (String program : programs)
      assumeTrue(
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(p -> Files.isExecutable(Path.of(p, program))),
          program + " is not installed: apt-get install " + program);
  }

  /** What it wrote; it must end well. */
  String run(String... command) throws IOException, InterruptedException {
    var ended = attempt(command);
    assertThat(ended.status()).as(List.of(command) + "\n" + ended.text()).isZero();
    return ended.text();
  }

  record Ended(int status, String text) {}

  Ended attempt(String... command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }
}
