package dev.theca.cli.cri;

import dev.theca.cli.broker.Columns;
import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca cri images}. */
@Command(
    name = "images",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Lists images.",
      "",
      "Examples:",
      "  theca cri images",
      "  theca cri images --json"
    })
final class ImagesCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var answer = cri.call("ListImages", JsonObject.builder().build());
          return talk.print(
              answer,
              Columns.of(
                  answer.array("images").orElse(List.of()),
                  "no images",
                  "repo_tags",
                  "id",
                  "size"));
        });
  }
}
