package dev.theca.cli;

import picocli.CommandLine.Command;

/** The one command: everything that a user can ask Theca for. */
@Command(
    name = "theca",
    version = "theca " + Theca.VERSION,
    mixinStandardHelpOptions = true,
    description = "Unmodified container images as confidential containers, on stock containerd.",
    subcommands = {
      dev.theca.cli.demo.Demo.class,
      dev.theca.cli.demo.Down.class,
      dev.theca.cli.verify.VerifyCommand.class,
      dev.theca.cli.collateral.CollateralCommand.class,
      dev.theca.cli.policy.PolicyCommand.class,
      dev.theca.cli.seal.SealEntry.class,
      dev.theca.cli.broker.BrokerEntry.class,
      dev.theca.cli.node.NodeEntry.class,
      dev.theca.cli.registry.RegistryCommand.class,
      dev.theca.cli.audit.AuditCommand.class,
      dev.theca.cli.image.ImageEntry.class,
      dev.theca.cli.sealfs.SealfsEntry.class,
      dev.theca.cli.why.WhyCommand.class,
      dev.theca.cli.cri.CriCommand.class,
      picocli.CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, and every promise held",
      "1:a promise was broken or a step failed",
      "2:refused: the reason says what was expected, what was found, what to do",
      "64:wrong usage",
      "69:something that is needed is missing on this machine"
    })
final class Theca {
  static final String VERSION = "0.1.0";
}
