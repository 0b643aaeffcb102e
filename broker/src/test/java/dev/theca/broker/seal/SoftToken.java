package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Tokens in a folder, by SoftHSM2. The module reads its configuration once per process, from the
 * environment or from the home of its user; so these tests give it the former by a process of their
 * own.
 */
final class SoftToken {
  static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  private final Path folder;

  SoftToken(Path folder) throws IOException {
    Assumptions.assumeTrue(
        Files.exists(MODULE) && Files.isExecutable(Path.of("/usr/bin/softhsm2-util")),
        "SoftHSM2 is not installed: apt-get install softhsm2");
    this.folder = folder;
    Files.createDirectories(folder.resolve("tokens"));
    Files.writeString(
        configuration(),
        "directories.tokendir = " + folder.resolve("tokens") + "\nobjectstore.backend = file\n");
    privateFile("pin", "1234\n");
  }

  Path configuration() {
    return folder.resolve("softhsm2.conf");
  }

  Path privateFile(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text);
  }

  void make(String label) throws Exception {
    run(
        List.of(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--pin",
            "1234",
            "--so-pin",
            "5678"));
  }

  /** Runs {@link TokenScene} in a process with this configuration; what it prints. */
  String scene(String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(classPath());
    command.add(TokenScene.class.getName());
    command.add(folder.toString());
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    String patched = System.getProperty("java.class.path", "");
    // Under Surefire the main classes are on the module path and the tests are patched into them.
    String tests = Path.of("target/test-classes").toAbsolutePath().toString();
    return String.join(
        java.io.File.pathSeparator,
        List.of(patched, modules, tests).stream().filter(p -> !p.isEmpty()).toList());
  }

  private String run(List<String> command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SOFTHSM2_CONF", configuration().toString());
    var process = builder.start();
    try {
      String said = new String(process.getInputStream().readNBytes(1 << 20));
      assertThat(process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("%s: %s", command.getFirst(), said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
