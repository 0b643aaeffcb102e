package dev.theca.node.install;

import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The containerd of a node, asked as a program: its version, and what it makes of a configuration
 * ({@code containerd -c FILE config dump}, with imports merged and defaults filled in).
 */
public record Containerd(Path program, int major, int minor, String version) {
  private static final Pattern VERSION = Pattern.compile("\\bv?(\\d+)\\.(\\d+)\\.(\\d+)\\S*");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int OLDEST_MINOR_OF_1 = 6;

  /** Asks a program which containerd it is; refuses what is older than 1.6. */
  public static Outcome<Containerd> of(Path program) {
    try {
      var ran = Ran.of(List.of(program.toString(), "--version"), LIMIT);
      Matcher found = VERSION.matcher(ran.out());
      if (ran.code() != 0 || !found.find())
        return refused("containerd", "a program that prints its version", ran.complaint());
      int major = Integer.parseInt(found.group(1));
      int minor = Integer.parseInt(found.group(2));
      if (major < 1 || major == 1 && minor < OLDEST_MINOR_OF_1)
        return refused("containerd", "version 1.6 or later", found.group());
      return Outcome.granted(new Containerd(program, major, minor, found.group()));
    } catch (IOException e) {
      return refused("containerd", "a program that can be run", String.valueOf(e.getMessage()));
    }
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("containerd-version"), what, expected, found, "name it: --containerd FILE");
  }

  /** The settings that a configuration file amounts to; refused in containerd's own words. */
  Outcome<TomlFile> dump(Path config) throws IOException {
    return read("configuration " + config, "-c", config.toString(), "config", "dump");
  }

  /** The settings of a containerd that has no configuration file. */
  Outcome<TomlFile> defaults() throws IOException {
    return read("no configuration", "config", "default");
  }

  private Outcome<TomlFile> read(String what, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    var ran = Ran.of(command, LIMIT);
    if (ran.code() != 0)
      return Outcome.refused(
          Code.of("containerd-refuses"),
          what,
          "one that " + version + " loads",
          ran.complaint(),
          "correct it; nothing was changed");
    return TomlFile.parse(ran.out());
  }

  /** Where it listens, by its configuration file or without one. */
  Outcome<Path> socket(Path config) throws IOException {
    return (Files.exists(config) ? dump(config) : defaults()).map(Containerd::socket);
  }

  static Path socket(TomlFile settings) {
    return Path.of(
        settings.string(List.of("grpc", "address")).orElse("/run/containerd/containerd.sock"));
  }

  /**
   * Whether a handler may name its shim's path and its snapshotter. CRI of 1.6 shows {@code
   * runtime_path} in its settings, and starts the stock shim all the same.
   */
  boolean takesShimPath() {
    return major > 1 || minor > 6;
  }

  /** Whether drop-ins are merged key by key (2.x), or replace whole sections (1.x). */
  boolean mergesImports() {
    return major >= 2;
  }
}
