package dev.theca.image.build;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.Manifest;
import dev.theca.image.Platform;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image put together here: from layers that were built in memory, or from another image with
 * layers on top. It is read like any image in a registry; what came from elsewhere is read there
 * when it is needed. Layers must fit into memory, so this is for small programs and additions.
 */
public final class BuiltImage implements ImageReader {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final int MAX_CONFIG_BYTES = 4 << 20;

  /** How a packed image runs. */
  public record Run(
      List<String> entrypoint,
      List<String> command,
      List<String> env,
      String user,
      String workingDir) {}

  private final JsonObject config;
  private final List<Descriptor> layers;
  private final Map<Digest, Blob> blobs;
  private final Descriptor configuration;
  private final Document document;

  private BuiltImage(JsonObject config, List<Descriptor> layers, Map<Digest, Blob> blobs) {
    this.config = config;
    this.layers = List.copyOf(layers);
    byte[] bytes = Json.write(config);
    this.configuration = new Descriptor(CONFIG, Digest.sha256(bytes), bytes.length, Map.of());
    var all = new LinkedHashMap<>(blobs);
    all.put(configuration.digest(), new Bytes(bytes));
    this.blobs = all;
    var list = layers.stream().<JsonValue>map(Descriptor::json).toList();
    this.document =
        Document.of(
                Json.write(
                    JsonObject.builder()
                        .put("schemaVersion", 2)
                        .put("mediaType", Manifest.OCI)
                        .put("config", configuration.json())
                        .put("layers", new JsonArray(list))
                        .build()))
            .orThrow();
  }

  /** Packs layers, bottom to top. */
  public static BuiltImage packed(List<LayerBuilder> builders, Run run) {
    var inner =
        JsonObject.builder()
            .put("Entrypoint", JsonArray.strings(run.entrypoint()))
            .put("Cmd", JsonArray.strings(run.command()))
            .put("Env", JsonArray.strings(run.env()))
            .put("User", run.user())
            .put("WorkingDir", run.workingDir())
            .build();
    var config =
        JsonObject.builder()
            .put("created", "1970-01-01T00:00:00Z")
            .put("architecture", "amd64")
            .put("os", "linux")
            .put("config", inner)
            .build();
    var image = new BuiltImage(rootfs(config, List.of()), List.of(), Map.of());
    for (LayerBuilder builder : builders) image = image.plus(builder);
    return image;
  }

  /** An image from elsewhere, to be added to. Its reader stays the caller's and stays open. */
  public static Outcome<BuiltImage> of(ImageReader base, Platform platform) {
    return ManifestResolver.resolve(base, platform)
        .then(
            image ->
                base.small(image.manifest().config(), MAX_CONFIG_BYTES)
                    .then(bytes -> Json.object(bytes, Limits.DEFAULT.withBytes(MAX_CONFIG_BYTES)))
                    .then(config -> taken(base, image.manifest().layers(), config)));
  }

  private static Outcome<BuiltImage> taken(
      ImageReader base, List<Descriptor> layers, JsonObject config) {
    var blobs = new LinkedHashMap<Digest, Blob>();
    for (Descriptor layer : layers) {
      var blob = base.blob(layer);
      if (blob instanceof Outcome.Refused<Blob> no) return no.as();
      blobs.put(layer.digest(), blob.orThrow());
    }
    return Outcome.granted(new BuiltImage(config, layers, blobs));
  }

  /** The same image with one more layer on top. */
  public BuiltImage plus(LayerBuilder top) {
    byte[] tar = top.tar();
    byte[] stored = LayerBuilder.gzip(tar);
    var layer = new Descriptor(LAYER, Digest.sha256(stored), stored.length, Map.of());
    var more = new ArrayList<>(layers);
    more.add(layer);
    var diffIds =
        new ArrayList<>(
            config.object("rootfs").flatMap(o -> o.strings("diff_ids")).orElse(List.of()));
    diffIds.add(Digest.sha256(tar).toString());
    var all = new LinkedHashMap<>(blobs);
    all.remove(configuration.digest());
    all.put(layer.digest(), new Bytes(stored));
    return new BuiltImage(rootfs(config, diffIds), more, all);
  }

  private static JsonObject rootfs(JsonObject config, List<String> diffIds) {
    var members = new LinkedHashMap<>(config.members());
    members.put(
        "rootfs",
        JsonObject.builder()
            .put("type", "layers")
            .put("diff_ids", JsonArray.strings(diffIds))
            .build());
    members.remove("history"); // it would have to name each layer
    return new JsonObject(members);
  }

  private record Bytes(byte[] bytes) implements Blob {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public ByteArrayInputStream from(long offset) {
      int at = Math.toIntExact(offset);
      return new ByteArrayInputStream(bytes, at, bytes.length - at);
    }
  }

  @Override
  public String name() {
    return "built " + document.digest();
  }

  @Override
  public Outcome<Document> root() {
    return Outcome.granted(document);
  }

  @Override
  public Outcome<Optional<Document>> document(Digest digest) {
    return Outcome.granted(
        digest.equals(document.digest()) ? Optional.of(document) : Optional.empty());
  }

  @Override
  public Outcome<Optional<Document>> tagged(String tag) {
    return Outcome.granted(Optional.empty());
  }

  @Override
  public Outcome<List<Descriptor>> referrers(Digest subject, String artifactType) {
    return Outcome.granted(List.of());
  }

  @Override
  public Outcome<Blob> blob(Descriptor descriptor) {
    var blob = Optional.ofNullable(blobs.get(descriptor.digest()));
    return blob.isPresent()
        ? Outcome.granted(blob.get())
        : Outcome.refused(
            Code.of("image-blob"),
            "blob " + descriptor.digest(),
            "one of this image",
            "another",
            "read it where it is");
  }
}
