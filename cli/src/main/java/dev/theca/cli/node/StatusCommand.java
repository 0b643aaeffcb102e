package dev.theca.cli.node;

import dev.theca.cli.broker.Columns;
import dev.theca.cli.broker.Connection;
import dev.theca.node.install.Status;
import dev.theca.wire.json.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca node status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = NodeCommand.USAGE,
    description = {
      "Shows what the daemon says of itself, which containerd answers with which handlers, and the"
          + " pods.",
      "",
      "Examples:",
      "  theca node status",
      "  theca node status --json"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:confidential pods can run", "1:they cannot", "64:wrong usage"})
final class StatusCommand implements Callable<Integer> {
  @Mixin private Here here = new Here();

  @Override
  public Integer call() {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return Connection.guarded(
        () -> {
          var status = Status.of(here.site(), here.containerd());
          out.print(here.json() ? Json.pretty(status.json()) + "\n" : Columns.pairs(status.json()));
          return status.ready() ? 0 : NodeCommand.WRONG;
        },
        here.json(),
        out,
        err);
  }
}
