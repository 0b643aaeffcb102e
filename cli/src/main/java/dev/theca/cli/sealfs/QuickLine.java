package dev.theca.cli.sealfs;

import dev.theca.cli.line.PlainLine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Mounting and unmounting without the full parser: a container waits for them. Both read the same
 * lines to the same end; what is not plain, or not valid, is left to the full parser and its words.
 */
public final class QuickLine {
  private static final Set<String> FLAGS =
      Set.of("--json", "--any-state", "--no-writeback", "--read-only", "--strict");
  private static final Set<String> OPTIONS =
      Set.of(
          "--key-file",
          "--key-fd",
          "--record",
          "--uuid",
          "--root",
          "--upper",
          "--upper-key-file",
          "--transport",
          "--on-tamper");

  private QuickLine() {}

  /** What helps when the process is there for this line alone. */
  public static void alone(String... line) {
    if (line.length > 1 && line[0].equals("sealfs") && line[1].equals("mount")) NoWeb.install();
  }

  /** Does what the line says and gives the exit code; empty when the full parser has to. */
  public static OptionalInt run(String... line) throws Exception {
    if (line.length < 2 || !line[0].equals("sealfs")) return OptionalInt.empty();
    var arguments = List.of(line).subList(2, line.length);
    var command =
        switch (line[1]) {
          case "mount" -> mount(arguments);
          case "umount" -> unmount(arguments);
          default -> Optional.<Callable<Integer>>empty();
        };
    return command.isEmpty() ? OptionalInt.empty() : OptionalInt.of(command.get().call());
  }

  static Optional<Callable<Integer>> mount(List<String> arguments) {
    var line = PlainLine.of(arguments, 2, FLAGS, OPTIONS);
    if (line.isEmpty()) return Optional.empty();
    try {
      return Optional.of(new MountCommand(line.get()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the full parser says what is wrong with it
    }
  }

  static Optional<Callable<Integer>> unmount(List<String> arguments) {
    var line = PlainLine.of(arguments, 1, Set.of("--json", "--lazy"), Set.of());
    return line.map(UmountCommand::new);
  }
}
