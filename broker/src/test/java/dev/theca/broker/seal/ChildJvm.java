package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of these tests in processes of their own, on a class path as the broker is run. */
final class ChildJvm {
  private ChildJvm() {}

  static List<String> command(Class<?> main, String firstOnPath, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(classPath(firstOnPath));
    command.add(main.getName());
    command.addAll(arguments);
    return command;
  }

  /** Surefire has the main classes on the module path and patches the tests into their module. */
  private static String classPath(String first) {
    String tests = Path.of("target/test-classes").toAbsolutePath().toString();
    return String.join(
        File.pathSeparator,
        Stream.of(
                first,
                System.getProperty("java.class.path", ""),
                System.getProperty("jdk.module.path", ""),
                tests)
            .filter(part -> !part.isEmpty())
            .toList());
  }

  /** What a program prints; it must end well within a minute. */
  static String run(List<String> command, Map<String, String> environment) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      byte[] said = process.getInputStream().readNBytes(1 << 20);
      String text = new String(said, StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s: %s", command.getFirst(), text).isZero();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }
}
