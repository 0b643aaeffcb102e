package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca broker data-keys}: the keys that the store is encrypted with. */
@Command(
    name = "data-keys",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "The keys that the store is encrypted with, wrapped under the key-encryption key.",
      "",
      "Example: theca broker data-keys list"
    })
final class DataKeysCommand {
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Lists them; never the keys themselves.",
        "",
        "Example: theca broker data-keys list"
      })
  int list(@Mixin Connection to) {
    return to.run(
        talk -> {
          var answer = talk.ask(AdminCall.get("theca/v1/data-keys"));
          return talk.say(
              answer,
              "key-encryption key in force: "
                  + Columns.cell(answer.members().get("key_encryption_key"))
                  + "\n"
                  + Columns.of(
                      answer.array("data_keys").orElse(List.of()),
                      "no data keys",
                      "id",
                      "key_encryption_key",
                      "created",
                      "sealings"));
        });
  }

  @Command(
      name = "rewrap",
      mixinStandardHelpOptions = true,
      exitCodeOnInvalidInput = Connection.USAGE,
      description = {
        "Wraps all of them under the key-encryption key that is configured now.",
        "",
        "Example: theca broker data-keys rewrap"
      })
  int rewrap(@Mixin Connection to) {
    return to.run(
        talk -> {
          var done = talk.ask(AdminCall.post("theca/v1/data-keys/rewrap"));
          return talk.say(
              done,
              "wrapped "
                  + done.integer("rewrapped").orElse(0L)
                  + " data keys anew, under "
                  + Columns.cell(done.members().get("key_encryption_key")));
        });
  }
}
