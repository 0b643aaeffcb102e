package dev.theca.cli.demo;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads from the node daemon's log how long the agent took for a container. */
final class NodeLog {
  private NodeLog() {}

  /** Milliseconds by stage, in the order they were done; empty when the log does not say. */
  static Map<String, Long> stages(Path log, String containerId) {
    var stages = new LinkedHashMap<String, Long>();
    for (String line : Demo.read(log).lines().toList()) {
      int json = line.indexOf(" ms={");
      if (json < 0 || !line.contains("container=" + containerId)) continue;
      var read = Json.object(line.substring(json + 4).getBytes(StandardCharsets.UTF_8));
      if (!read.isGranted()) continue;
      read.orThrow()
          .members()
          .forEach(
              (name, value) -> {
                if (value instanceof JsonNumber number)
                  stages.put(name, Long.parseLong(number.literal()));
              });
    }
    return stages;
  }
}
