package dev.theca.cli.node;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca node metrics}. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = {
      "Prints the daemon's counters in Prometheus' text format, as its health port serves them.",
      "",
      "Examples:",
      "  theca node metrics"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "1:the daemon gave no answer", "64:wrong usage", "69:no daemon"})
final class MetricsCommand implements Callable<Integer> {
  @Mixin private AskDaemon daemon = new AskDaemon();

  @Override
  public Integer call() {
    return daemon.ask(
        false,
        (asked, out) -> {
          out.print(asked.metrics());
          return 0;
        });
  }
}
