package dev.theca.cli.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code theca broker serve}. The shell command starts the broker itself, with a server's flags for
 * the virtual machine; this runs it where somebody starts the jar.
 */
@Command(
    name = "serve",
    exitCodeOnInvalidInput = Connection.USAGE,
    description = "Runs a broker; 'theca broker serve --help' lists the options.")
final class ServeCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return dev.theca.broker.Main.run(arguments.toArray(String[]::new));
  }
}
