package dev.theca.cli.registry;

import picocli.CommandLine.Command;

/** {@code theca registry}: a registry on a folder, for demos, tests and sites without a network. */
@Command(
    name = "registry",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = RegistryCommand.USAGE,
    description = {
      "Runs a registry on a folder, and looks after one.",
      "",
      "Examples:",
      "  theca registry serve --root images",
      "  theca registry user add ann --users users --rights 'push=team/*,pull=*' < password",
      "  theca registry gc --root images"
    },
    subcommands = {ServeCommand.class, GcCommand.class, UserCommand.class},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a file could not be read or written",
      "2:refused: what was expected, what was found, what to do",
      "64:wrong usage",
      "69:the folder or the address is taken"
    })
public final class RegistryCommand {
  static final int REFUSED = 2;
  static final int USAGE = 64;
  static final int UNAVAILABLE = 69;

  /** For the command line. */
  public RegistryCommand() {}
}
