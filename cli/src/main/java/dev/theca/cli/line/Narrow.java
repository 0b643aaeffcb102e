package dev.theca.cli.line;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Command lines with no more built than is asked for. Reading the annotations of a dozen
 * subcommands takes a third of a second in a fresh JVM; when the first argument names one of them,
 * only that one is read. Any other line (none, an option, a word that is no command) gets the whole
 * tree, so that help and corrections know all names.
 */
public final class Narrow {
  private Narrow() {}

  /** For a command that is annotated, and the arguments it will be executed with. */
  public static CommandLine of(Object command, List<String> arguments) {
    var says = command.getClass().getAnnotation(Command.class);
    if (says == null || arguments.isEmpty()) return new CommandLine(command);
    String first = arguments.getFirst();
    for (Class<?> each : says.subcommands()) {
      var sub = each.getAnnotation(Command.class);
      if (sub == null || !sub.name().equals(first)) continue;
      var alone = CommandSpec.wrapWithoutInspection(command).name(says.name());
      return new CommandLine(alone).addSubcommand(first, each);
    }
    return new CommandLine(command);
  }
}
