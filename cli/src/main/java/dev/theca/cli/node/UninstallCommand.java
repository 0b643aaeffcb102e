package dev.theca.cli.node;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca node uninstall}. */
@Command(
    name = "uninstall",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = {
      "Puts every file back as it was before the installation, byte for byte. From a file that was"
          + " changed since, only what is ours is taken out. What the daemon has made goes too, except"
          + " what others count on; that is named.",
      "",
      "Examples:",
      "  theca node uninstall",
      "  theca node uninstall --force",
      "  theca node uninstall --purge"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing of ours is left but what the notes name",
      "1:a file could not be written",
      "2:refused; nothing was changed",
      "64:wrong usage"
    })
final class UninstallCommand implements Callable<Integer> {
  @Mixin private Change change = new Change();

  @Option(
      names = "--force",
      description = "even while pods or containers of ours run; they will end")
  private boolean force;

  @Option(
      names = "--purge",
      description =
          "also delete the snapshots that containerd still counts on, and the sealed volumes of pods"
              + " that stay: their data is lost")
  private boolean purge;

  @Override
  public Integer call() {
    return change.run("restored", installer -> installer.uninstall(force, purge));
  }
}
