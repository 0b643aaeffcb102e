package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca cri pods}. */
@Command(
    name = "pods",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Lists sandboxes.",
      "",
      "Examples:",
      "  theca cri pods",
      "  theca cri pods --json"
    })
final class PodsCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var answer = cri.call("ListPodSandbox", JsonObject.builder().build());
          return talk.print(
              answer,
              Rows.of(
                  CriClient.each(answer, "items"),
                  "no pods",
                  List.of("POD", "STATE", "NAMESPACE", "NAME", "HANDLER"),
                  p ->
                      List.of(
                          Rows.text(p, "id"),
                          Rows.state(p),
                          Rows.text(p, "metadata", "namespace"),
                          Rows.text(p, "metadata", "name"),
                          Rows.text(p, "runtime_handler"))));
        });
  }
}
