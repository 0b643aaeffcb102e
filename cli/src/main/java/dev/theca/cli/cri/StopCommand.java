package dev.theca.cli.cri;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code theca cri stop}. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Asks containers to stop, and kills those that do not.",
      "",
      "Example:",
      "  theca cri stop --grace 5 9be2"
    })
final class StopCommand extends EachCommand {
  @Option(
      names = "--grace",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Time between asking and killing (default: ${DEFAULT-VALUE}).")
  private long graceSeconds;

  @Override
  void one(CriClient cri, String id) {
    cri.stopContainer(id, Duration.ofSeconds(graceSeconds));
  }
}
