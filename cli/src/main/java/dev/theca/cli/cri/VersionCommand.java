package dev.theca.cli.cri;

import dev.theca.cli.broker.Columns;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca cri version}. */
@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Which runtime answers, and its version.",
      "",
      "Examples:",
      "  theca cri version",
      "  theca cri version --json"
    })
final class VersionCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var answer = cri.call("Version", Talk.one("version", "v1"));
          return talk.print(answer, Columns.pairs(answer));
        });
  }
}
