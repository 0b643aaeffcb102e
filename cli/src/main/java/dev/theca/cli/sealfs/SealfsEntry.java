package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code theca sealfs}, which builds its commands only when it is asked: else all start later. */
@Command(
    name = "sealfs",
    exitCodeOnInvalidInput = Connection.USAGE,
    description = "Makes, mounts and checks sealed volumes; 'theca sealfs --help' lists how.")
public final class SealfsEntry implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  /** For the command line. */
  public SealfsEntry() {}

  @Override
  public Integer call() {
    return new CommandLine(new SealfsCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments.toArray(String[]::new));
  }
}
