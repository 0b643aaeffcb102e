package dev.theca.cli.broker;

import dev.theca.cli.line.Narrow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * {@code theca broker}, which builds its forty commands only when it is asked: else every other
 * command would start later by a tenth of a second.
 */
@Command(
    name = "broker",
    exitCodeOnInvalidInput = Connection.USAGE,
    description = "Runs a broker, and administrates one; 'theca broker --help' lists how.")
public final class BrokerEntry implements Callable<Integer> {
  @Unmatched private List<String> arguments = new ArrayList<>();

  /** For the command line. */
  public BrokerEntry() {}

  @Override
  public Integer call() {
    return Narrow.of(new BrokerCommand(), arguments).execute(arguments.toArray(String[]::new));
  }
}
