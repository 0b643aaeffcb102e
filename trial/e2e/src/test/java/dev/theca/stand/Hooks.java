package dev.theca.stand;

import dev.theca.kit.stand.Sh;
import dev.theca.kit.stand.Stand;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Hooks of the OCI runtime specification, each of which writes its name into a file. */
final class Hooks {
  private Hooks() {}

  static void play(Place place, Outcome seen) throws Exception {
    Path log = place.stand.root().resolve("hooks-" + place.id());
    Path root = Files.createDirectories(place.stand.root().resolve("tree-" + place.id()));
    Path tar = place.stand.root().resolve("tree.tar");
    Sh.run(place.stand.ctr("images", "mount", Stand.IMAGE, root.toString())).orThrow();
    try {
      seen.ran("end", run(place, root, spec(place, root, log, "exit 3"), "hooked"));
      seen.say("order", TaskScenes.text(log));
      Files.deleteIfExists(log); // a run that failed before its hooks wrote nothing
      seen.ran(
          "a hook that fails",
          run(place, root, spec(place, root, log, "exit 0", "createRuntime"), "broken"));
      seen.say("order after failure", TaskScenes.text(log));
    } finally {
      Files.deleteIfExists(tar);
      Sh.run(place.stand.ctr("images", "unmount", "--rm", root.toString())).orThrow();
    }
  }

  private static Sh.Ran run(Place place, Path root, Path spec, String name) {
    String id = place.id();
    var ran =
        Sh.run(
            place.stand.ctr(
                "run",
                "--rm",
                "--runtime",
                place.handler.runtime(),
                "--config",
                spec.toString(),
                id));
    place.ctr("container", "rm", id); // a run that failed leaves it
    return ran;
  }

  private static Path spec(Place place, Path root, Path log, String command, String... failing)
      throws Exception {
    var base =
        Json.object(
                place
                    .ctr("oci", "spec")
                    .orThrow()
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .orThrow();
    var members = new LinkedHashMap<>(base.members());
    members.put("root", JsonObject.builder().put("path", root.toString()).build());
    var process = new LinkedHashMap<>(base.object("process").orElseThrow().members());
    process.put("args", JsonArray.of("/bin/sh", "-c", command));
    process.remove("terminal");
    members.put("process", new JsonObject(process));
    // ctr's own is the parent of everybody's, which takes no process on version 2 of the groups.
    var linux = new LinkedHashMap<>(base.object("linux").orElseThrow().members());
    String group = "/" + place.stand.name() + "/" + place.id();
    linux.put("cgroupsPath", new JsonString(group));
    members.put("linux", new JsonObject(linux));
    var hooks = JsonObject.builder();
    for (String kind : List.of("prestart", "createRuntime", "poststart", "poststop")) {
      String line =
          "cat >/dev/null; echo "
              + kind
              + " >>"
              + log
              + (List.of(failing).contains(kind) ? "; exit 8" : "");
      hooks.put(
          kind,
          JsonArray.of(
              JsonObject.builder()
                  .put("path", "/bin/sh")
                  .put("args", JsonArray.strings(new ArrayList<>(List.of("sh", "-c", line))))
                  .build()));
    }
    members.put("hooks", hooks.build());
    return Files.write(
        place.stand.root().resolve("spec-" + place.id() + ".json"),
        Json.write(new JsonObject(members)));
  }
}
