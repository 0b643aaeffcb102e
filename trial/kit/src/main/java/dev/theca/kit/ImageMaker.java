package dev.theca.kit;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/**
 * Makes images for linux/amd64 from tar archives, good ones and, with {@link #manifest} and {@link
 * #configuration} to change any member, bad ones. Always the same bytes for the same calls.
 */
public final class ImageMaker {
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
  public static final String TAR = "application/vnd.oci.image.layer.v1.tar";
  public static final String GZIP = TAR + "+gzip";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

  private record Layer(String mediaType, byte[] stored, String diffId) {}

  private final List<Layer> layers = new ArrayList<>();
  private UnaryOperator<Map<String, JsonValue>> manifest = m -> m;
  private UnaryOperator<Map<String, JsonValue>> configuration = c -> c;
  private boolean docker;

  public ImageMaker() {
    // no layers until some are added
  }

  /** A layer that is stored compressed with gzip. */
  public ImageMaker layer(byte[] tar) {
    return layer(GZIP, gzip(tar), Digest.sha256(tar).toString());
  }

  public ImageMaker plainLayer(byte[] tar) {
    return layer(TAR, tar, Digest.sha256(tar).toString());
  }

  /** Any bytes as a layer, e.g. compressed in another way; the diff ID need not be true. */
  public ImageMaker layer(String mediaType, byte[] stored, String diffId) {
    layers.add(new Layer(mediaType, stored, diffId));
    return this;
  }

  /** Docker's media types instead of OCI's. */
  public ImageMaker docker() {
    docker = true;
    return this;
  }

  /** Changes members of the manifest before it is written. */
  public ImageMaker manifest(UnaryOperator<Map<String, JsonValue>> change) {
    manifest = change;
    return this;
  }

  /** Changes members of the configuration before it is written. */
  public ImageMaker configuration(UnaryOperator<Map<String, JsonValue>> change) {
    configuration = change;
    return this;
  }

  public MadeImage make() {
    var blobs = new LinkedHashMap<String, byte[]>();
    byte[] config = Json.write(new JsonObject(configuration.apply(config())));
    blobs.put(Digest.sha256(config).toString(), config);
    var list = new ArrayList<JsonValue>();
    for (var layer : layers) {
      blobs.put(Digest.sha256(layer.stored).toString(), layer.stored);
      boolean renamed = docker && layer.mediaType.equals(GZIP);
      list.add(descriptor(renamed ? DOCKER_LAYER : layer.mediaType, layer.stored));
    }
    String type = docker ? DOCKER : MANIFEST;
    var members =
        new LinkedHashMap<>(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", type)
                .put("config", descriptor(docker ? DOCKER_CONFIG : CONFIG, config))
                .put("layers", new JsonArray(list))
                .build()
                .members());
    byte[] bytes = Json.write(new JsonObject(manifest.apply(members)));
    return new MadeImage(type, bytes, blobs);
  }

  private Map<String, JsonValue> config() {
    var diffIds = JsonArray.strings(layers.stream().map(Layer::diffId).toList());
    return new LinkedHashMap<>(
        JsonObject.builder()
            .put("architecture", "amd64")
            .put("os", "linux")
            .put("config", JsonObject.builder().put("Cmd", JsonArray.of("/bin/true")).build())
            .put(
                "rootfs",
                JsonObject.builder().put("type", "layers").put("diff_ids", diffIds).build())
            .build()
            .members());
  }

  /** A descriptor of bytes. */
  public static JsonObject descriptor(String mediaType, byte[] bytes) {
    return JsonObject.builder()
        .put("mediaType", mediaType)
        .put("digest", Digest.sha256(bytes).toString())
        .put("size", bytes.length)
        .build();
  }

  public static byte[] gzip(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
