package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Option;

/** What a sandbox is to be: a file with a PodSandboxConfig, or options. */
final class PodOptions {
  @Option(
      names = "--pod-config",
      paramLabel = "FILE",
      description = "A PodSandboxConfig in JSON, with the names of api.proto.")
  private List<Path> file = new ArrayList<>();

  @Option(
      names = "--pod-name",
      paramLabel = "NAME",
      defaultValue = "pod",
      description = "Its name (default: ${DEFAULT-VALUE}).")
  private String name = "";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Its Kubernetes namespace (default: ${DEFAULT-VALUE}).")
  private String namespace = "";

  @Option(
      names = "--handler",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The runtime handler; left out: the runtime's default.")
  private String handler = "";

  @Option(names = "--host-network", description = "Shares the host's network.")
  private boolean hostNetwork;

  @Option(
      names = "--log-dir",
      paramLabel = "FOLDER",
      defaultValue = "",
      description = "Where logs of containers go; left out: nowhere.")
  private String logs = "";

  @Option(
      names = "--cgroup-parent",
      paramLabel = "PATH",
      defaultValue = "",
      description = "The control group above the sandbox.")
  private String cgroupParent = "";

  @Option(names = "--annotation", paramLabel = "KEY=VALUE", description = "An annotation.")
  private Map<String, String> annotations = new LinkedHashMap<>();

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label.")
  private Map<String, String> labels = new LinkedHashMap<>();

  String handler() {
    return handler;
  }

  /** A handler's images are pulled for it when the annotation of containerd names it. */
  JsonObject config() throws IOException {
    if (!file.isEmpty()) return Talk.file(file.getFirst());
    byte[] uid = new byte[8];
    ThreadLocalRandom.current().nextBytes(uid);
    var all = new LinkedHashMap<>(annotations);
    if (!handler.isEmpty()) all.putIfAbsent("io.containerd.cri.runtime-handler", handler);
    return new PodConfig(
            name,
            HexFormat.of().formatHex(uid),
            namespace,
            logs,
            hostNetwork,
            cgroupParent,
            labels,
            all)
        .json();
  }
}
