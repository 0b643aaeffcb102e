package dev.theca.interop.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a program of the system, in a folder, and wants its success. */
record Tool(Path folder, Map<String, String> environment) {
  static void needs(String program) {
    boolean there =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(p -> Files.isExecutable(Path.of(p, program)));
    assumeTrue(there, program + " is not installed: apt-get install " + program);
  }

  String run(String... command) throws Exception {
    var answer = attempt(command);
    assertThat(answer.status()).as(List.of(command) + "\n" + answer.text()).isZero();
    return answer.text();
  }

  record Answer(int status, String text) {}

  Answer attempt(String... command) throws Exception {
    needs(command[0]);
    var builder =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    var process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("hangs: " + List.of(command));
    }
    return new Answer(process.exitValue(), out);
  }
}
