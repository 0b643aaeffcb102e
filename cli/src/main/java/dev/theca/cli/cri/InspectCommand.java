package dev.theca.cli.cri;

import dev.theca.wire.json.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca cri inspect}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "All that the runtime says about a container, a sandbox or an image, as JSON.",
      "",
      "Examples:",
      "  theca cri inspect 9be2",
      "  theca cri inspect registry.example/app:1"
    })
final class InspectCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Parameters(paramLabel = "ID", description = "An id, or the name of an image.")
  private String id = "";

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          System.out.println(Json.pretty(Sandboxes.find(cri, id)));
          return 0;
        });
  }
}
