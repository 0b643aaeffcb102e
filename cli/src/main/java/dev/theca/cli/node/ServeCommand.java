package dev.theca.cli.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code theca node serve}. The shell command starts the daemon itself, with a server's flags for
 * the virtual machine; this runs it where somebody starts the jar.
 */
@Command(
    name = "serve",
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = "Runs the node daemon; 'theca node serve --help' lists the options.")
final class ServeCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return dev.theca.node.Main.run(arguments.toArray(String[]::new));
  }
}
