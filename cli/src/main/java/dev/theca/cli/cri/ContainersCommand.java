package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca cri ps}. */
@Command(
    name = "ps",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Lists containers, those too that have ended.",
      "",
      "Examples:",
      "  theca cri ps",
      "  theca cri ps --pod 4f1c --json"
    })
final class ContainersCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Option(
      names = "--pod",
      paramLabel = "ID",
      defaultValue = "",
      description = "Only those of this sandbox.")
  private String pod = "";

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var filter = Talk.one("pod_sandbox_id", pod);
          var answer =
              cri.call("ListContainers", JsonObject.builder().put("filter", filter).build());
          return talk.print(
              answer,
              Rows.of(
                  CriClient.each(answer, "containers"),
                  "no containers",
                  List.of("CONTAINER", "STATE", "NAME", "IMAGE", "POD"),
                  c ->
                      List.of(
                          Rows.text(c, "id"),
                          Rows.state(c),
                          Rows.text(c, "metadata", "name"),
                          Rows.text(c, "image", "image"),
                          Rows.text(c, "pod_sandbox_id"))));
        });
  }
}
