package dev.theca.cli.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code theca registry serve}; the registry reads its options itself. */
@Command(
    name = "serve",
    exitCodeOnInvalidInput = RegistryCommand.USAGE,
    description = "Runs a registry; 'theca registry serve --help' lists the options.")
final class ServeCommand implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return dev.theca.registry.Main.run(arguments.toArray(String[]::new));
  }
}
