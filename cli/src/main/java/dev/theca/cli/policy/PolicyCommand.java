package dev.theca.cli.policy;

import picocli.CommandLine.Command;

/** {@code theca policy}: formats, checks, evaluates and tests policies, as {@code opa} does. */
@Command(
    name = "policy",
    mixinStandardHelpOptions = true,
    description = {
      "Formats, checks, evaluates, tests and explains Rego policies.",
      "Options, output and exit codes are those of opa, except for try, which asks a broker.",
      "",
      "Examples:",
      "  theca policy eval -d policy.rego -i input.json 'data.policy.allow'",
      "  theca policy test policy.rego policy_test.rego -v",
      "  theca policy fmt -l ."
    },
    subcommands = {
      FmtCommand.class,
      CheckCommand.class,
      EvalCommand.class,
      TestCommand.class,
      ExplainCommand.class,
      TryCommand.class
    },
    synopsisSubcommandLabel = "(fmt | check | eval | test | explain | try)")
public final class PolicyCommand {
  /** For the command line. */
  public PolicyCommand() {}
}
