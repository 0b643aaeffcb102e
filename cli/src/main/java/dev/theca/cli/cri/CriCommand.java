package dev.theca.cli.cri;

import picocli.CommandLine.Command;

/** {@code theca cri}: the runtime of this machine, asked as kubelet asks it. */
@Command(
    name = "cri",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Talks to a container runtime through the Container Runtime Interface, as kubelet does.",
      "",
      "Examples:",
      "  theca cri info",
      "  theca cri run --rm --handler theca --image registry.example/app:1",
      "  theca cri exec 9be2 cat /etc/hostname"
    },
    subcommands = {
      VersionCommand.class,
      InfoCommand.class,
      PodsCommand.class,
      ContainersCommand.class,
      ImagesCommand.class,
      RunPodCommand.class,
      StopPodCommand.class,
      RemovePodCommand.class,
      PullCommand.class,
      RemoveImageCommand.class,
      CreateCommand.class,
      StartCommand.class,
      StopCommand.class,
      RemoveCommand.class,
      RunCommand.class,
      ExecCommand.class,
      LogsCommand.class,
      StatsCommand.class,
      InspectCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the runtime refused; its words are on standard error",
      "64:wrong usage",
      "69:no runtime answers at --socket",
      "any:run --rm and exec end with the code of their process"
    })
public final class CriCommand {
  /** For the command line. */
  public CriCommand() {}
}
