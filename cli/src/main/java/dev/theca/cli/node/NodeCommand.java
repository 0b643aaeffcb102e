package dev.theca.cli.node;

import picocli.CommandLine.Command;

/** {@code theca node}: makes a machine's containerd run confidential pods, and looks after it. */
@Command(
    name = "theca node",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = {
      "Makes this machine's containerd run confidential pods, and looks after the node.",
      "",
      "Examples:",
      "  theca node install",
      "  theca node doctor",
      "  theca node upgrade",
      "  theca node uninstall"
    },
    subcommands = {
      InstallCommand.class,
      UninstallCommand.class,
      StatusCommand.class,
      DoctorCommand.class,
      UpgradeCommand.class,
      MetricsCommand.class,
      ServeCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and nothing is wrong",
      "1:something is wrong, or a file could not be written",
      "2:refused: what was expected, what was found, what to do; nothing was changed",
      "64:wrong usage",
      "69:something that is needed is missing on this machine"
    })
public final class NodeCommand {
  static final int WRONG = 1;
  static final int USAGE = 64;
  static final int MISSING = 69;

  /** For the command line. */
  public NodeCommand() {}
}
