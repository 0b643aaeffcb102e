package dev.theca.cli.cri;

import dev.theca.wire.json.Json;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca cri logs}. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Prints what a container wrote, from the file that its sandbox's log folder holds.",
      "",
      "Examples:",
      "  theca cri logs 9be2",
      "  theca cri logs --tail 20 9be2"
    })
final class LogsCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Option(
      names = "--tail",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Only the last lines.")
  private int tail;

  @Parameters(paramLabel = "CONTAINER", description = "The id of a container.")
  private String id = "";

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var status = Sandboxes.status(cri, id);
          String path = CriClient.text(status, "log_path");
          if (path.isEmpty())
            return Talk.failed(Talk.REFUSED, "this container has no log; see --log and --log-dir");
          var lines = LogLines.read(Path.of(path), Math.max(0, tail));
          if (talk.json()) lines.forEach(line -> System.out.println(Json.text(line.json())));
          else lines.forEach(LogLines.Line::print);
          return 0;
        });
  }
}
