package dev.theca.cli.audit;

import dev.theca.cli.broker.Connection;
import picocli.CommandLine.Command;

/** {@code theca audit}: takes the trail out of a broker, and checks it without one. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Takes the audit trail out of a broker, and checks it without one.",
      "",
      "Examples:",
      "  theca audit export -o audit.jsonl",
      "  theca audit verify audit.jsonl --head 57:3fa1.."
    },
    subcommands = {ExportCommand.class, VerifyTrailCommand.class},
    synopsisSubcommandLabel = "(export | verify)")
public final class AuditCommand {
  /** For the command line. */
  public AuditCommand() {}
}
