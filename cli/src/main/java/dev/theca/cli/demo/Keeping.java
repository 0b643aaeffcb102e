package dev.theca.cli.demo;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.PodConfig;
import dev.theca.image.ImageRef;
import dev.theca.image.build.LayerBuilder;
import dev.theca.wire.grpc.GrpcException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Data that stays: a container ends, its successor finds what it wrote; and a host that brings back
 * the volume of yesterday is refused, though the agent that knew better is gone.
 */
final class Keeping {
  private static final String POD = "kept";

  private final Stage stage;
  private final Stages stages;
  private final ImageRef image;
  private final Path volume;

  Keeping(Stage stage) {
    this.stage = stage;
    this.stages = stage.stages;
    this.image = stage.owner.ref(Owner.KEPT + ":1");
    this.volume = stage.world.layout.state().resolve("node/durable/demo_" + POD);
  }

  void run() {
    stages.chapter("A volume that stays");
    var marked = new LayerBuilder().file("/" + POD, new byte[0], 0644);
    var unused = stage.owner.seal(image, stage.content.plus(marked));
    var pod = stage.pods.describe(POD, "theca");
    String pulled = stage.cri.pullImage(image.toString(), pod);
    Path yesterday = stage.world.layout.state().resolve("yesterday");
    inPod(
        pod,
        podId -> {
          String[] first =
              stages.run(
                  "a container writes, and ends",
                  () -> container(pod, podId, "SET balance 100", "SAVE"),
                  seen -> "SET, SAVE: " + seen[1] + ", " + seen[2]);
          Commands.run("cp", "-a", volume.toString(), yesterday.toString());
          String[] second =
              stages.run(
                  "the next one finds it, and writes something else",
                  () -> container(pod, podId, "GET balance", "SET balance 0", "SAVE"),
                  seen -> "GET, SET, SAVE: " + seen[1] + ", " + seen[2] + ", " + seen[3]);
          stage.facts.put("kept.written", first[2]);
          stage.facts.put("kept.found", second[1]);
          PromiseBroken.unless(
              first[2].equals("+OK") && second[1].equals("100") && second[3].equals("+OK"),
              "what a container wrote to its volume is there for the next",
              List.of(first) + " " + List.of(second));
          return true;
        });
    Commands.run("rm", "-rf", volume.toString());
    Commands.run("mv", yesterday.toString(), volume.toString());
    String words = stages.run("the volume of yesterday, to a new agent", this::refused, w -> w);
    stage.facts.put("refused.yesterday", words);
    PromiseBroken.unless(
        words.contains("volume-stale:"), "an older copy of a volume is refused", words);
    stage.cri.removeImage(pulled);
  }

  private interface Work<T> {
    T with(String podId);
  }

  private <T> T inPod(PodConfig pod, Work<T> work) {
    String podId = stage.cri.runPod(pod, "theca");
    try {
      return work.with(podId);
    } finally {
      stage.cri.stopPod(podId);
      stage.cri.removePod(podId);
    }
  }

  /** Runs the service once; its answers, the one to the password first. */
  private String[] container(PodConfig pod, String podId, String... commands) {
    var config =
        new ContainerConfig(
            POD,
            image.toString(),
            List.of(),
            List.of(),
            Map.of("REDIS_PORT", stage.port + ""),
            "0.log");
    String id = stage.cri.createContainer(podId, config, pod);
    try {
      stage.cri.startContainer(id);
      var probe = new RedisProbe(stage.port);
      boolean up =
          probe.awaitListening(
              Patience.STEP, () -> stage.cri.containerState(id).state().equals("exited"));
      PromiseBroken.unless(up, "the service starts on its volume", logOf(pod));
      var all = new java.util.ArrayList<>(List.of("AUTH " + stage.canary.password()));
      all.addAll(List.of(commands));
      return probe.ask(all.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException("the service breaks off; its log:\n" + logOf(pod), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      stage.cri.stopContainer(id, Duration.ofSeconds(10));
      stage.cri.removeContainer(id);
    }
  }

  private static String logOf(PodConfig pod) {
    return Demo.read(Path.of(pod.logDirectory(), "0.log"));
  }

  private String refused() {
    try {
      var pod = stage.pods.describe(POD, "theca");
      String[] seen = inPod(pod, podId -> container(pod, podId, "GET balance"));
      return "it was opened: balance is " + seen[1];
    } catch (GrpcException e) {
      return Refusals.words(e.words());
    }
  }
}
