package dev.theca.cli.node;

import dev.theca.node.install.Installer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca node install}. */
@Command(
    name = "install",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = {
      "Makes containerd serve the handlers theca and theca-plain. Every file that is touched is kept"
          + " first; containerd reads the new settings before any file changes, and gets its old"
          + " files again if it does not come back. May be repeated.",
      "",
      "Examples:",
      "  theca node install",
      "  theca node install --no-restart",
      "  theca node install --config /srv/containerd/config.toml --restart-command 'sv restart containerd'"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:installed, or nothing to do",
      "1:a file could not be written",
      "2:refused; nothing was changed",
      "64:wrong usage"
    })
final class InstallCommand implements Callable<Integer> {
  @Mixin private Change change = new Change();

  @Override
  public Integer call() {
    return change.run("wrote", Installer::install);
  }
}
