package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code theca cri stats}. */
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Processor time, memory and writable layer of running containers.",
      "",
      "Examples:",
      "  theca cri stats",
      "  theca cri stats --json"
    })
final class StatsCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var answer = cri.call("ListContainerStats", JsonObject.builder().build());
          return talk.print(
              answer,
              Rows.of(
                  CriClient.each(answer, "stats"),
                  "no containers run",
                  List.of("CONTAINER", "NAME", "CPU MS", "MEMORY KIB", "DISK KIB"),
                  s ->
                      List.of(
                          Rows.text(s, "attributes", "id"),
                          Rows.text(s, "attributes", "metadata", "name"),
                          Rows.divided(s, 1_000_000, "cpu", "usage_core_nano_seconds", "value"),
                          Rows.divided(s, 1024, "memory", "working_set_bytes", "value"),
                          Rows.divided(s, 1024, "writable_layer", "used_bytes", "value"))));
        });
  }
}
