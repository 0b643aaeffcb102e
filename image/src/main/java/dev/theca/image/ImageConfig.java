package dev.theca.image;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.util.List;

/**
 * What an image says about running it (OCI image-spec, "Image Configuration"); {@code diffIds} are
 * its layers, unpacked.
 */
public record ImageConfig(
    List<String> entrypoint,
    List<String> command,
    List<String> env,
    String user,
    String workingDir,
    List<String> diffIds) {
  public static Outcome<ImageConfig> parse(byte[] bytes) {
    return Json.object(bytes)
        .then(
            json -> {
              var config = json.object("config").orElse(JsonObject.builder().build());
              var diffIds = json.object("rootfs").flatMap(o -> o.strings("diff_ids"));
              if (diffIds.isEmpty())
                return Manifest.bad("diff ids in the image's configuration", "none");
              String dir = config.string("WorkingDir").orElse("");
              return Outcome.granted(
                  new ImageConfig(
                      config.strings("Entrypoint").orElse(List.of()),
                      config.strings("Cmd").orElse(List.of()),
                      config.strings("Env").orElse(List.of()),
                      config.string("User").orElse(""),
                      dir.isEmpty() ? "/" : dir,
                      diffIds.get()));
            });
  }
}
