package dev.theca.cli.cri;

import picocli.CommandLine.Command;

/** {@code theca cri rmp}. */
@Command(
    name = "rmp",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Removes sandboxes and their containers.",
      "",
      "Example:",
      "  theca cri rmp 4f1c"
    })
final class RemovePodCommand extends EachCommand {
  @Override
  void one(CriClient cri, String id) {
    cri.removePod(id);
  }
}
