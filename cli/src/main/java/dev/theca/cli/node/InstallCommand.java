package dev.theca.cli.node;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
      "  theca node install --fuse-uring",
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

  @Option(
      names = "--fuse-uring",
      negatable = true,
      description =
          "also let FUSE come over io_uring on this machine (fuse.enable_uring), now and after a"
              + " reboot: sealed file systems are faster (default: as in the last installation)")
  private @Nullable Boolean fuseRing;

  @Override
  public Integer call() {
    return change.run("wrote", installer -> installer.install(Optional.ofNullable(fuseRing)));
  }
}
