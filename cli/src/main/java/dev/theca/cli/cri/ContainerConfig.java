package dev.theca.cli.cri;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.List;
import java.util.Map;

/**
 * A container as CRI wants it (runtime.v1 ContainerConfig); empty command and args mean the image's
 * own. What it does not have goes into its JSON.
 */
public record ContainerConfig(
    String name,
    String image,
    List<String> command,
    List<String> args,
    Map<String, String> env,
    String logPath) {
  /** The message with the names of api.proto. */
  public JsonObject json(boolean hostNetwork) {
    var options =
        JsonObject.builder()
            .put("network", hostNetwork ? "NODE" : "POD")
            .put("pid", "CONTAINER")
            .build();
    var security = JsonObject.builder().put("namespace_options", options).build();
    return JsonObject.builder()
        .put("metadata", JsonObject.builder().put("name", name).build())
        .put("image", JsonObject.builder().put("image", image).build())
        .put("command", JsonArray.strings(command))
        .put("args", JsonArray.strings(args))
        .put("envs", pairs(env))
        .put("log_path", logPath)
        .put("linux", JsonObject.builder().put("security_context", security).build())
        .build();
  }

  static JsonArray pairs(Map<String, String> env) {
    return new JsonArray(
        env.entrySet().stream()
            .<JsonValue>map(
                e -> JsonObject.builder().put("key", e.getKey()).put("value", e.getValue()).build())
            .toList());
  }
}
