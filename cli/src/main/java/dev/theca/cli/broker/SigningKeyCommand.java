package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca broker signing-key}: the key that attestation tokens are signed with. */
@Command(
    name = "signing-key",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "The key that attestation tokens are signed with.",
      "",
      "Example: theca broker signing-key rotate"
    })
final class SigningKeyCommand {
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Begins with the next key; tokens of the one before hold until they expire.",
        "",
        "Examples:",
        "  theca broker signing-key rotate",
        "  theca broker signing-key rotate --compromised"
      })
  int rotate(
      @Mixin Connection to,
      @Option(
              names = "--compromised",
              description = "somebody may have the key: every token of it ends now")
          boolean compromised) {
    return to.run(
        talk -> {
          var call =
              AdminCall.post("theca/v1/signing-key/rotate")
                  .with("compromised", compromised ? "true" : "");
          var done = talk.ask(call);
          return talk.say(done, "tokens are signed with key " + done.string("kid").orElse(""));
        });
  }
}
