package dev.theca.cli.cri;

import picocli.CommandLine.Command;

/** {@code theca cri stopp}. */
@Command(
    name = "stopp",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Stops sandboxes and all that runs in them.",
      "",
      "Example:",
      "  theca cri stopp 4f1c"
    })
final class StopPodCommand extends EachCommand {
  @Override
  void one(CriClient cri, String id) {
    cri.stopPod(id);
  }
}
