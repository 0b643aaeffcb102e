package dev.theca.cli.cri;

import picocli.CommandLine.Command;

/** {@code theca cri rm}. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Removes containers; one that runs is killed.",
      "",
      "Example:",
      "  theca cri rm 9be2"
    })
final class RemoveCommand extends EachCommand {
  @Override
  void one(CriClient cri, String id) {
    cri.removeContainer(id);
  }
}
