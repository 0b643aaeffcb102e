package dev.theca.cli.cri;

import dev.theca.cli.broker.Columns;
import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca cri info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Conditions, handlers and their features; --json also the runtime's configuration.",
      "",
      "Examples:",
      "  theca cri info",
      "  theca cri info --json"
    })
final class InfoCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var answer = cri.call("Status", JsonObject.builder().put("verbose", true).build());
          var status = answer.object("status").orElse(answer);
          return talk.print(
              answer,
              Columns.of(
                      status.array("conditions").orElse(List.of()),
                      "no conditions",
                      "type",
                      "status",
                      "reason",
                      "message")
                  + "\n"
                  + Rows.of(
                      CriClient.each(answer, "runtime_handlers"),
                      "no handlers are reported",
                      List.of("HANDLER", "USER NAMESPACES", "RECURSIVE READ-ONLY"),
                      h ->
                          List.of(
                              Rows.text(h, "name"),
                              Rows.text(h, "features", "user_namespaces"),
                              Rows.text(h, "features", "recursive_read_only_mounts"))));
        });
  }
}
