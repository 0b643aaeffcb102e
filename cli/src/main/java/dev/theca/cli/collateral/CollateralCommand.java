package dev.theca.cli.collateral;

import picocli.CommandLine.Command;

/** {@code theca collateral}: fetches, shows and bundles endorsements. */
@Command(
    name = "collateral",
    mixinStandardHelpOptions = true,
    description = "Fetches, shows and bundles what vendors say about platforms.",
    subcommands = {FetchCommand.class, ShowCommand.class, BundleCommand.class},
    synopsisSubcommandLabel = "(fetch | show | bundle)")
public final class CollateralCommand {
  /** For the command line. */
  public CollateralCommand() {}
}
