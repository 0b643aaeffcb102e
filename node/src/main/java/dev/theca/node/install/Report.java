package dev.theca.node.install;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.util.List;

/**
 * What an installation or its removal did.
 *
 * @param removed folders of the daemon that went with it
 * @param notes what a person should know or do
 */
public record Report(
    String containerd,
    List<Path> changed,
    List<Path> removed,
    boolean restarted,
    List<String> notes) {
  Report(String containerd, List<Path> changed, boolean restarted, List<String> notes) {
    this(containerd, changed, List.of(), restarted, notes);
  }

  Report without(List<Path> folders) {
    return new Report(containerd, changed, folders, restarted, notes);
  }

  public JsonObject json() {
    return JsonObject.builder()
        .put("containerd", containerd)
        .put("changed", JsonArray.strings(changed.stream().map(Path::toString).toList()))
        .put("removed", JsonArray.strings(removed.stream().map(Path::toString).toList()))
        .put("restarted", restarted ? "yes" : "no")
        .put("notes", JsonArray.strings(notes))
        .build();
  }
}
