package dev.theca.cli.seal;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.line.Narrow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code theca seal}, which loads its parts only when it is asked: else all start later. */
@Command(
    name = "seal",
    exitCodeOnInvalidInput = Connection.USAGE,
    description = "Encrypts, pushes and signs an image, and tells the broker; see --help.")
public final class SealEntry implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  /** For the command line. */
  public SealEntry() {}

  @Override
  public Integer call() {
    return Narrow.of(new SealCommand(), arguments).execute(arguments.toArray(String[]::new));
  }
}
