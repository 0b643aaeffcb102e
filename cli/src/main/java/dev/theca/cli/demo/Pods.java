package dev.theca.cli.demo;

import dev.theca.cli.cri.ContainerConfig;
import dev.theca.cli.cri.CriClient;
import dev.theca.cli.cri.PodConfig;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.rpc.RpcStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Runs pods of one container through CRI, as kubelet would, and takes them away again. */
final class Pods {
  /** A pod that runs one container. */
  record Running(PodConfig pod, String podId, String containerId, Path log) {}

  private static final String NAMESPACE = "demo";

  /** How a refusal ends that another moment may lift. */
  private static final String AGAIN = "the runtime tries again";

  private final CriClient cri;
  private final Path logs;
  private final Stages stages;

  Pods(CriClient cri, Path logs, Stages stages) {
    this.cri = cri;
    this.logs = logs;
    this.stages = stages;
  }

  /** A pod in the host's network, so that it reaches services on loopback. */
  PodConfig describe(String name, String handler) {
    byte[] uid = new byte[8];
    ThreadLocalRandom.current().nextBytes(uid);
    String id = HexFormat.of().formatHex(uid);
    return new PodConfig(
        name,
        id,
        NAMESPACE,
        logs.resolve(name + "-" + id).toString(),
        true,
        "",
        Map.of("app", name),
        handler.isEmpty() ? Map.of() : Map.of("io.containerd.cri.runtime-handler", handler));
  }

  /**
   * Pull, sandbox, container, start; each is a stage. What fails leaves nothing of this pod behind.
   */
  Running run(PodConfig pod, String handler, String image, Map<String, String> env) {
    stages.run(
        "pull " + shortName(image) + (handler.isEmpty() ? " (stock handler)" : ": manifest only"),
        () -> cri.pullImage(image, pod),
        id -> "");
    String podId = stages.run("RunPodSandbox", () -> cri.runPod(pod, handler), id -> "");
    try {
      var config = new ContainerConfig(pod.name(), image, List.of(), List.of(), env, "0.log");
      String containerId = started(podId, config, pod);
      return new Running(pod, podId, containerId, Path.of(pod.logDirectory(), "0.log"));
    } catch (RuntimeException e) {
      remove(podId);
      throw e;
    }
  }

  /** What the runtime tries again on a node, because kubelet does, is tried again here. */
  private String started(String podId, ContainerConfig config, PodConfig pod) {
    long end = System.nanoTime() + Patience.STEP.toNanos();
    while (true) {
      String id =
          stages.run("CreateContainer", () -> cri.createContainer(podId, config, pod), made -> "");
      try {
        stages.run("StartContainer", () -> cri.startContainer(id));
        return id;
      } catch (GrpcException e) {
        if (!e.words().contains(AGAIN) || System.nanoTime() > end) throw e;
        cri.removeContainer(id);
      }
    }
  }

  void stopAndRemove(Running running) {
    cri.stopContainer(running.containerId(), Duration.ofSeconds(10));
    cri.removeContainer(running.containerId());
    remove(running.podId());
  }

  private void remove(String podId) {
    cri.stopPod(podId);
    cri.removePod(podId);
  }

  /**
   * containerd comes back to a snapshotter that was away after a few seconds of its own; this waits
   * for it with a pull that changes nothing.
   */
  void awaitSnapshotter(String image) {
    long end = System.nanoTime() + Patience.STEP.toNanos();
    while (true) {
      try {
        String unused = cri.pullImage(image, describe("probe", "theca"));
        return;
      } catch (GrpcException e) {
        if (e.status() != RpcStatus.UNAVAILABLE || System.nanoTime() > end) throw e;
        Stage.pause(100);
      }
    }
  }

  /** Removes every pod of a demo whose containerd still answers. */
  static void removeAll(Layout layout) {
    if (!java.nio.file.Files.exists(layout.containerdSocket())) return;
    try (var cri = new CriClient(layout.containerdSocket())) {
      for (String pod : cri.pods()) {
        cri.stopPod(pod);
        cri.removePod(pod);
      }
    } catch (GrpcException e) {
      System.getLogger("theca.demo")
          .log(System.Logger.Level.DEBUG, "containerd does not answer: " + e.getMessage());
    }
  }

  private static String shortName(String image) {
    return image.substring(image.indexOf('/') + 1);
  }
}
