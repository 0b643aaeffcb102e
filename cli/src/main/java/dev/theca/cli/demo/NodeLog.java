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
      int begin = line.indexOf(" stages=\"");
      int end = line.lastIndexOf("\" outcome=granted");
      if (begin < 0 || end < begin || !line.contains("container=" + containerId)) continue;
      String json = line.substring(begin + 9, end).replaceAll("\\\\(.)", "$1");
      var read = Json.object(json.getBytes(StandardCharsets.UTF_8));
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
