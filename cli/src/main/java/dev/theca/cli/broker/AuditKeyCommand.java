package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca broker audit-key}: the key that the audit trail is signed with. */
@Command(
    name = "audit-key",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "The key that the audit trail is signed with.",
      "",
      "Example: theca broker audit-key rotate"
    })
final class AuditKeyCommand {
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Begins with a new key, to which the one before agrees; the trail goes on.",
        "",
        "Example: theca broker audit-key rotate"
      })
  int rotate(@Mixin Connection to) {
    return to.run(
        talk -> {
          var done = talk.ask(AdminCall.post("theca/v1/audit-key/rotate"));
          return talk.say(
              done, "the audit trail is signed with key " + done.string("kid").orElse(""));
        });
  }
}
