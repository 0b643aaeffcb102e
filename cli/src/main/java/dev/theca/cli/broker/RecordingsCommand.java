package dev.theca.cli.broker;

import dev.theca.broker.AdminCall;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca broker recordings}: what {@code theca policy try} judges again. */
@Command(
    name = "recordings",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Lists attestations that 'theca policy try' judges again, newest first.",
      "Subjects are named from evidence that may have been refused: they prove nothing.",
      "",
      "Example: theca broker recordings --limit 20"
    })
final class RecordingsCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "how many of the newest (default: ${DEFAULT-VALUE})")
  private int limit;

  @Override
  public Integer call() {
    return to.run(
        talk -> {
          if (limit < 1) throw new WrongUsage("--limit is 1 or more");
          var found = talk.ask(AdminCall.get("theca/v1/recordings").with("limit", limit + ""));
          return talk.say(
              found,
              Columns.of(
                  found.array("recordings").orElse(List.of()),
                  "no recordings",
                  "time",
                  "tee",
                  "status",
                  "refused",
                  "subject"));
        });
  }
}
