package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/**
 * An image manifest (OCI image-spec or Docker schema 2), with the exact bytes that its digest is
 * over.
 */
public record Manifest(
    byte[] bytes, Digest digest, String mediaType, Descriptor config, List<Descriptor> layers) {
  public static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  public static final String DOCKER = "application/vnd.docker.distribution.manifest.v2+json";
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  static final int MAX = 4 << 20;
  private static final int MAX_LAYERS = 512;

  /** Reads a document that is an image manifest. */
  public static Outcome<Manifest> parse(Document document) {
    return document.isIndex()
        ? bad("an image manifest", document.mediaType())
        : parse(document.bytes())
            .map(m -> new Manifest(m.bytes, document.digest(), m.mediaType, m.config, m.layers));
  }

  static Outcome<Manifest> parse(byte[] bytes) {
    return Json.object(bytes, dev.theca.wire.json.Limits.DEFAULT.withBytes(MAX))
        .then(
            json -> {
              String type = json.string("mediaType").orElse(OCI);
              if (json.integer("schemaVersion").orElse(0L) != 2
                  || !type.equals(OCI) && !type.equals(DOCKER))
                return bad("an image manifest of schema 2", "type '" + type + "'");
              var list = json.array("layers").orElse(List.of());
              if (list.size() > MAX_LAYERS)
                return bad("at most " + MAX_LAYERS + " layers", list.size() + "");
              var layers = new ArrayList<Descriptor>();
              for (JsonValue item : list) {
                if (Descriptor.parse(item) instanceof Outcome.Granted<Descriptor>(var layer))
                  layers.add(layer);
                else return bad("layers with digest and size", "another");
              }
              return Descriptor.parse(json.get("config").orElse(JsonObject.builder().build()))
                  .map(
                      config ->
                          new Manifest(
                              bytes, Digest.sha256(bytes), type, config, List.copyOf(layers)));
            });
  }

  static boolean isIndex(String mediaType, JsonObject json) {
    return mediaType.equals(OCI_INDEX)
        || mediaType.equals(DOCKER_LIST)
        || json.array("manifests").isPresent();
  }

  static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        Code.of("image-manifest"), "image manifest", expected, found, "push the image again");
  }
}
