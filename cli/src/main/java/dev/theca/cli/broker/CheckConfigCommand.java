package dev.theca.cli.broker;

import dev.theca.broker.ConfigFile;
import dev.theca.broker.RefusalText;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca broker check-config}: what is wrong with a configuration, before it is used. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Says everything that is wrong with a configuration; starts nothing.",
      "",
      "Example: theca broker check-config /etc/theca/broker.toml"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing is wrong", "64:something is, or the file cannot be read"})
final class CheckConfigCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "the configuration, TOML")
  private Path file = Path.of("");

  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  @Override
  public Integer call() {
    return switch (ConfigFile.read(file).then(ConfigFile::check)) {
      case Outcome.Granted<JsonObject>(var summary) -> {
        System.out.print(json ? Json.pretty(summary) + "\n" : Columns.pairs(summary));
        yield 0;
      }
      case Outcome.Refused<JsonObject>(var reasons) -> {
        var listed = reasons.stream().<JsonValue>map(RefusalJson::write).toList();
        if (json)
          System.out.println(
              Json.pretty(JsonObject.builder().put("refused", new JsonArray(listed)).build()));
        else System.err.println(RefusalText.of(reasons));
        yield Connection.USAGE;
      }
    };
  }
}
