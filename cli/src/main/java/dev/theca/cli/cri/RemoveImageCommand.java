package dev.theca.cli.cri;

import picocli.CommandLine.Command;

/** {@code theca cri rmi}. */
@Command(
    name = "rmi",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Removes images, by name or id.",
      "",
      "Example:",
      "  theca cri rmi registry.example/app:1"
    })
final class RemoveImageCommand extends EachCommand {
  @Override
  void one(CriClient cri, String id) {
    cri.removeImage(id);
  }
}
