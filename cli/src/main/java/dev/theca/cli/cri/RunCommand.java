package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca cri run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Talk.USAGE,
    description = {
      "Runs one container in a sandbox of its own; with --rm waits, and ends with its exit code.",
      "",
      "Examples:",
      "  theca cri run --image registry.example/app:1",
      "  theca cri run --rm --handler theca --image registry.example/app:1 -- env"
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private PodOptions pod = new PodOptions();
  @Mixin private ContainerOptions container = new ContainerOptions();

  @Option(names = "--rm", description = "Waits for its end, prints its log, removes all of it.")
  private boolean remove;

  @Option(names = "--pull", description = "Pulls the image before.")
  private boolean pull;

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "What to run, after --.")
  private List<String> command = new ArrayList<>();

  @Override
  public Integer call() {
    return talk.run(
        cri -> {
          var config = pod.config();
          if (pull) pull(cri, config);
          String podId = cri.runPod(config, pod.handler());
          boolean kept = false;
          try {
            String id = cri.createContainer(podId, container.config(command, config), config);
            cri.startContainer(id);
            kept = !remove;
            if (!remove) return talk.made("container", id);
            return end(cri, id);
          } finally {
            if (!kept) {
              cri.stopPod(podId);
              cri.removePod(podId);
            }
          }
        });
  }

  private void pull(CriClient cri, JsonObject config) {
    var request =
        JsonObject.builder()
            .put("image", Talk.one("image", container.image()))
            .put("sandbox_config", config)
            .build();
    cri.call("PullImage", request);
  }

  private static int end(CriClient cri, String id) throws InterruptedException, IOException {
    var state = cri.containerState(id);
    while (state.state().equals("running")) {
      Thread.sleep(50);
      state = cri.containerState(id);
    }
    String log = CriClient.text(Sandboxes.status(cri, id), "log_path");
    if (!log.isEmpty())
      LogLines.read(Path.of(log), Integer.MAX_VALUE).forEach(LogLines.Line::print);
    if (!state.message().isEmpty()) System.err.println("theca cri: " + state.message());
    return state.exitCode();
  }
}
