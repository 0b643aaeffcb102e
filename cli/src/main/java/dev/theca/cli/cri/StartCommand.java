package dev.theca.cli.cri;

import picocli.CommandLine.Command;

/** {@code theca cri start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Starts containers that were created.",
      "",
      "Example:",
      "  theca cri start 9be2"
    })
final class StartCommand extends EachCommand {
  @Override
  void one(CriClient cri, String id) {
    cri.startContainer(id);
  }
}
