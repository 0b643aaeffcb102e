package dev.theca.node.install;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * What an installation or its removal did.
 *
 * @param notes what a person should know or do
 */
public record Report(String containerd, List<Path> changed, boolean restarted, List<String> notes) {
  public JsonObject json() {
    return JsonObject.builder()
        .put("containerd", containerd)
        .put("changed", JsonArray.strings(changed.stream().map(Path::toString).toList()))
        .put("restarted", restarted ? "yes" : "no")
        .put("notes", JsonArray.strings(notes))
        .build();
  }
}
