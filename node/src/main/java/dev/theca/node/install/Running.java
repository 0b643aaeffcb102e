package dev.theca.node.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A containerd that runs on this machine: its program, its configuration file, and the systemd unit
 * that it belongs to.
 */
public record Running(Path program, Path config, Optional<String> unit) {
  /** Where containerd looks when it is not told. */
  public static final Path USUAL = Path.of("/etc/containerd/config.toml");

  private static final Pattern UNIT = Pattern.compile("/([^/\n]+\\.service)(?:/|\n|$)");

  /** All of them, in no order; more than one on a machine where tests run. */
  public static List<Running> all() throws IOException {
    var found = new ArrayList<Running>();
    try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          Path program = Files.readSymbolicLink(process.resolve("exe"));
          if (!program.getFileName().toString().equals("containerd")) continue;
          String[] arguments =
              Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8).split("\0", -1);
          if (arguments.length > 1 && arguments[1].equals("config")) continue;
          var unit = UNIT.matcher(Files.readString(process.resolve("cgroup")));
          found.add(
              new Running(
                  program,
                  config(arguments),
                  unit.find() ? Optional.of(unit.group(1)) : Optional.empty()));
        } catch (IOException e) {
          continue; // it has ended, or is a thread of the kernel
        }
      }
    }
    return found;
  }

  static Path config(String... arguments) {
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i].replaceFirst("^--?", "");
      if ((name.equals("c") || name.equals("config")) && i + 1 < arguments.length)
        return Path.of(arguments[i + 1]);
      if (name.startsWith("config=") || name.startsWith("c="))
        return Path.of(name.substring(name.indexOf('=') + 1));
    }
    return USUAL;
  }
}
