package dev.theca.cli.cri;

import dev.theca.wire.json.JsonObject;
import java.util.Map;

/**
 * A sandbox as CRI wants it (runtime.v1 PodSandboxConfig), in the host's network namespace or its
 * own.
 */
public record PodConfig(
    String name,
    String uid,
    String namespace,
    String logDirectory,
    boolean hostNetwork,
    String cgroupParent,
    Map<String, String> labels,
    Map<String, String> annotations) {
  /** The message with the names of api.proto; each container has its own process ids. */
  public JsonObject json() {
    var options =
        JsonObject.builder()
            .put("network", hostNetwork ? "NODE" : "POD")
            .put("pid", "CONTAINER")
            .build();
    var linux =
        JsonObject.builder()
            .put("cgroup_parent", cgroupParent)
            .put(
                "security_context", JsonObject.builder().put("namespace_options", options).build());
    return JsonObject.builder()
        .put(
            "metadata",
            JsonObject.builder()
                .put("name", name)
                .put("uid", uid)
                .put("namespace", namespace)
                .build())
        .put("hostname", hostNetwork ? "" : name)
        .put("log_directory", logDirectory)
        .put("labels", texts(labels))
        .put("annotations", texts(annotations))
        .put("linux", linux.build())
        .build();
  }

  static JsonObject texts(Map<String, String> entries) {
    var object = JsonObject.builder();
    entries.forEach(object::put);
    return object.build();
  }
}
