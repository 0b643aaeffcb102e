package dev.theca.image;

import dev.theca.wire.Digest;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** An image that is not sealed yet: its configuration, and its layers as they will be stored. */
public record ImageContent(JsonObject config, List<Layer> layers) {
  /** One layer; its bytes are read when they are needed, and stay in memory. */
  public record Layer(String mediaType, Supplier<byte[]> bytes) {}

  static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  static final String TAR = "application/vnd.oci.image.layer.v1.tar";

  /** How a packed image runs. */
  public record Run(
      List<String> entrypoint,
      List<String> command,
      List<String> env,
      String user,
      String workingDir) {}

  public ImageContent {
    layers = List.copyOf(layers);
  }

  /** Packs layers made of files. */
  public static ImageContent packed(List<ImageBuilder> builders, Run run) {
    var layers = new ArrayList<Layer>();
    var diffIds = new ArrayList<String>();
    for (ImageBuilder builder : builders) {
      byte[] tar = builder.tar();
      byte[] stored = ImageBuilder.gzip(tar);
      diffIds.add(Digest.sha256(tar).toString());
      layers.add(new Layer(GZIP, () -> stored));
    }
    return new ImageContent(config(run, diffIds), layers);
  }

  /** The same image with one more layer on top. */
  public ImageContent plus(ImageBuilder top) {
    byte[] tar = top.tar();
    byte[] stored = ImageBuilder.gzip(tar);
    var all = new ArrayList<>(layers);
    all.add(new Layer(GZIP, () -> stored));
    var rootfs = config.object("rootfs").orElse(JsonObject.builder().build());
    var diffIds = new ArrayList<>(rootfs.strings("diff_ids").orElse(List.of()));
    diffIds.add(Digest.sha256(tar).toString());
    var members = new java.util.LinkedHashMap<>(config.members());
    members.put(
        "rootfs",
        JsonObject.builder()
            .put("type", "layers")
            .put("diff_ids", JsonArray.strings(diffIds))
            .build());
    members.remove("history"); // it would have to name the new layer too
    return new ImageContent(new JsonObject(members), all);
  }

  private static JsonObject config(Run run, List<String> diffIds) {
    var inner =
        JsonObject.builder()
            .put("Entrypoint", JsonArray.strings(run.entrypoint()))
            .put("Cmd", JsonArray.strings(run.command()))
            .put("Env", JsonArray.strings(run.env()))
            .put("User", run.user())
            .put("WorkingDir", run.workingDir())
            .build();
    return JsonObject.builder()
        .put("created", "1970-01-01T00:00:00Z")
        .put("architecture", "amd64")
        .put("os", "linux")
        .put("config", inner)
        .put(
            "rootfs",
            JsonObject.builder()
                .put("type", "layers")
                .put("diff_ids", JsonArray.strings(diffIds))
                .build())
        .build();
  }
}
