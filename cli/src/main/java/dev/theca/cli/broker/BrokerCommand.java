package dev.theca.cli.broker;

import picocli.CommandLine.Command;

/** {@code theca broker}: runs a broker, and does everything its owner does with one. */
@Command(
    name = "theca broker",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Runs a broker, and administrates one.",
      "",
      "Examples:",
      "  theca broker serve",
      "  theca broker resource put default/key/one key.bin",
      "  theca broker status"
    },
    subcommands = {
      ServeCommand.class,
      CheckConfigCommand.class,
      StatusCommand.class,
      ResourceCommand.class,
      TenantCommand.class,
      PoliciesCommand.class,
      ReferenceCommand.class,
      TokenCommand.class,
      SigningKeyCommand.class,
      AuditKeyCommand.class,
      DataKeysCommand.class,
      RevokeCommand.class,
      RestoreCommand.class,
      AnchorCommand.class,
      RecordingsCommand.class
    },
    exitCodeListHeading = "%nExit codes of the commands that ask a broker:%n",
    exitCodeList = {
      "0:done",
      "1:a file could not be written",
      "2:the broker refused: what was expected, what was found, what to do",
      "64:wrong usage, or no token",
      "69:the broker does not answer"
    })
public final class BrokerCommand {
  /** For the command line. */
  public BrokerCommand() {}
}
