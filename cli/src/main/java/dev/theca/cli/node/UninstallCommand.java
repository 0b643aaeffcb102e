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
          + " changed since, only what is ours is taken out.",
      "",
      "Examples:",
      "  theca node uninstall",
      "  theca node uninstall --force"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing of ours is left",
      "1:a file could not be written",
      "2:refused; nothing was changed",
      "64:wrong usage"
    })
final class UninstallCommand implements Callable<Integer> {
  @Mixin private Change change = new Change();

  @Option(names = "--force", description = "even while confidential pods run; they will end")
  private boolean force;

  @Override
  public Integer call() {
    return change.run("restored", installer -> installer.uninstall(force));
  }
}
