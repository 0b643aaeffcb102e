package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import dev.theca.wire.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca broker restore}: believes a measurement again. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Believes a measurement again that was revoked.",
      "",
      "Example: theca broker restore 5f.."
    })
final class RestoreCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();

  @Parameters(index = "0", paramLabel = "HEX", description = "the measurement")
  private String measurement = "";

  @Override
  public Integer call() {
    return to.run(
        talk -> {
          String hex = RevokeCommand.measured(measurement);
          byte[] unused = talk.bytes(AdminCall.delete("theca/v1/revocations/measurement", hex));
          return talk.say(
              JsonObject.builder().put("restored", hex).build(), "restored measurement " + hex);
        });
  }
}
