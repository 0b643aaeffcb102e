package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code theca cri pull}. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Pulls an image, for a handler when one is named, and prints its id.",
      "",
      "Examples:",
      "  theca cri pull registry.example/app:1",
      "  theca cri pull --handler theca registry.example/app:1"
    })
final class PullCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private PodOptions pod = new PodOptions();

  @Parameters(paramLabel = "IMAGE", description = "The name of the image.")
  private String image = "";

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var request =
              JsonObject.builder()
                  .put("image", Talk.one("image", image))
                  .put("sandbox_config", pod.config())
                  .build();
          return talk.made("image", CriClient.text(cri.call("PullImage", request), "image_ref"));
        });
  }
}
